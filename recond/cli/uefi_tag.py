"""`recond uefi-tag`: the machine's tag in a variable of its UEFI, shown, written or taken out."""

from __future__ import annotations

from typing import Annotated

import typer

from recond.cli.context import Context
from recond.core.words import N_, _


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("uefi-tag", short_help=_("L'étiquette gardée dans l'UEFI de ce PC."))(uefi_tag_command)


def uefi_tag_command(
    ctx: typer.Context,
    write: Annotated[str | None, typer.Option(metavar="TAG", help=_("L'y écrire (demande un accord tapé)."))] = None,
    erase: Annotated[bool, typer.Option("--erase", help=_("L'en ôter."))] = False,
) -> None:
    """Montrer l'étiquette que l'UEFI de ce PC garde ; l'écrire ou l'ôter. Rien d'autre n'y est jamais touché.

    D'elle-même, la clé ne l'écrit que si recond.toml dit uefi_tag = true ; jamais sur un PC connu pour mal le supporter.
    """
    from recond.cli.parts.chain import need_root
    from recond.cli.parts.uefitag import why_not
    from recond.core.errors import CancelledError, HardwareFault, UsageError
    from recond.flow.audit import audit
    from recond.flow.audit_step import check_tag
    from recond.host import efivars

    context: Context = ctx.obj
    if write and erase:
        raise UsageError(N_("--write ou --erase, pas les deux"), "recond uefi-tag --erase")
    if erase:
        need_root(context)
        typer.echo(_(" étiquette ôtée de l'UEFI") if efivars.remove_tag() else _(" il n'y en avait pas"))
    elif write:
        need_root(context)
        tag = str(check_tag(write))
        reason = why_not(audit(context.host))
        if reason is not None:
            raise HardwareFault(N_("pas sur ce PC : {reason}").format(reason=reason), N_("l'étiquette collée suffit"))
        if not context.interactive or typer.prompt(
            _("Écrire {tag} dans l'UEFI de ce PC : tapez ECRIRE").format(tag=tag)
        ) != _("ECRIRE"):
            raise CancelledError(N_("rien n'a été écrit"), N_("il faut une personne, et le mot ECRIRE"))
        efivars.write_tag(tag)
        typer.echo(
            _(" étiquette {tag} gardée dans l'UEFI de ce PC ; pour l'ôter : recond uefi-tag --erase").format(tag=tag)
        )
    else:
        typer.echo(
            _(" {read_tag}").format(read_tag=efivars.read_tag() or _("aucune étiquette de recond dans son UEFI"))
        )
