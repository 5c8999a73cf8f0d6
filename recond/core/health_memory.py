"""The memory's verdict: what the kernel counted, what does not add up, and what a test found. Untested is never PASS."""

from __future__ import annotations

from recond.core.health import SEVERITY, Finding
from recond.core.machine import Health, Memory, Reason, Verdict
from recond.core.text import binary_bytes
from recond.core.thresholds import thresholds
from recond.core.words import N_

HIDDEN_BYTES = 2 << 30
"""What video and firmware may keep to themselves without anything being wrong (or a quarter of what is fitted)."""


def judge_memory(memory: Memory) -> Health:
    """Return the verdict on the memory. PASS needs a test that ended, or a controller that counts errors (EDAC)."""
    findings = [*_counted(memory), *_fitted(memory), *_tested(memory)]
    bad = sorted(
        (found for found in findings if found[0] in (Verdict.WATCH, Verdict.FAIL)), key=lambda one: -SEVERITY[one[0]]
    )
    if bad:
        return Health(bad[0][0], tuple(reason for _, reason in bad))
    doubts = tuple(reason for verdict, reason in findings if verdict is Verdict.UNKNOWN)
    if doubts:
        return Health(Verdict.UNKNOWN, doubts)
    test = memory.test
    if test is not None:
        text = N_("{binary_bytes} testés sans erreur, {share_pct} % de la mémoire").format(
            binary_bytes=binary_bytes(test.tested_bytes), share_pct=test.share_pct
        )
        return Health(Verdict.PASS, (Reason("memory-test", str(test.share_pct), "", text),))
    if memory.errors.uncorrected is not None:
        return Health(Verdict.PASS, (Reason("memory-edac", "0", "0", N_("le contrôleur n'a compté aucune erreur")),))
    text = N_("mémoire pas testée (recond audit --ram-test)")
    return Health(Verdict.UNKNOWN, (Reason("memory-untested", "", "", text),))


def _counted(memory: Memory) -> list[Finding]:
    errors, limits = memory.errors, thresholds()["memory"]
    lines = (
        ("uncorrected", errors.uncorrected, Verdict.FAIL, N_("{value} erreurs de mémoire non corrigées (EDAC)")),
        (
            "machine_checks",
            errors.machine_checks,
            Verdict.FAIL,
            N_("{value} erreurs matérielles dans le journal du noyau"),
        ),
        ("corrected", errors.corrected, Verdict.WATCH, N_("{value} erreurs de mémoire corrigées (EDAC)")),
    )
    return [
        (verdict, Reason(f"memory-{rule}", str(value), f"< {limits[rule][verdict.value]}", text.format(value=value)))
        for rule, value, verdict, text in lines
        if value is not None and value >= limits[rule][verdict.value]
    ]


def _fitted(memory: Memory) -> list[Finding]:
    fitted, seen = sum(module.size_bytes for module in memory.modules), memory.os_visible_bytes
    if not fitted or not seen or fitted - seen <= max(HIDDEN_BYTES, fitted // 4):
        return []
    text = N_("{binary_bytes} en barrettes, le système ne voit que {binary_bytes2} : vérifier les barrettes").format(
        binary_bytes=binary_bytes(fitted), binary_bytes2=binary_bytes(seen)
    )
    return [(Verdict.WATCH, Reason("memory-fitted", str(seen), str(fitted), text))]


def _tested(memory: Memory) -> list[Finding]:
    test = memory.test
    if test is None:
        return []
    if len(test.failures) >= thresholds()["memory"]["failures"]["fail"]:
        text = N_("test de mémoire : {count} erreurs ({failures})").format(
            count=len(test.failures), failures=test.failures[0][:80]
        )
        return [(Verdict.FAIL, Reason("memory-test", str(len(test.failures)), "0", text))]
    if test.why_not is not None:
        text = N_("test de mémoire non terminé : {why_not}").format(why_not=test.why_not)
        return [(Verdict.UNKNOWN, Reason("memory-test-unfinished", "", "", text))]
    return []
