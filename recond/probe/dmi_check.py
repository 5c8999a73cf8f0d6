"""py-dmidecode as a second reader of maker, model and serial, which it is good at. It never decides: a disagreement
is said. (Its sums of memory and processors are wrong on many machines and are not asked.)"""

from __future__ import annotations

from recond.core.identity import real
from recond.core.text import clean
from recond.core.words import N_
from recond.probe.dmi import Dmi


def disagreements(text: str, found: Dmi) -> tuple[str, ...]:
    """Return one French sentence for each of the three values that the two readers read differently."""
    from dmidecode import DMIParse

    try:
        second = DMIParse(text)
        # `get` is a list of records; a machine may have none or (cut tables) a record without the key.
        system = (second.get("System") or [{}])[0]
        theirs = [clean(system.get(key)) for key in ("Manufacturer", "Product Name", "Serial Number")]
    except Exception as error:  # it is written for whole dumps; whatever it raises on others, it only loses its word
        return (N_("py-dmidecode ne lit pas ces tables ({name})").format(name=type(error).__name__),)
    ours = [found.system.manufacturer, found.system.product, found.system.serial]
    names = ("fabricant", N_("modèle"), N_("n° de série"))
    return tuple(
        N_("DMI, {name} : « {one} » selon recond, « {other} » selon py-dmidecode").format(
            name=name, one=one or "rien", other=other or "rien"
        )
        for name, one, other in zip(names, ours, theirs, strict=True)
        if real(one, is_name=True) != real(other, is_name=True)
    )
