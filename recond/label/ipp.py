"""A printer that speaks IPP, asked over HTTP: every network printer since 2012, and CUPS, without a driver of ours.

Not `lp`: that would need CUPS on the stick, and its answer only says that CUPS took the file; IPP tells what the printer
says of itself and what became of the job. Source: RFC 8010, RFC 8011, and PWG 5100.14 (IPP Everywhere).
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from recond.core.errors import EnvironmentFault, UsageError
from recond.core.words import N_
from recond.label import ippmessage as ipp
from recond.label.transport import reason

PORT = 631
TIMEOUT_S = 10.0
CUPS_SOCKET = "/run/cups/cups.sock"
WANTED = (
    "printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "document-format-supported",
    "printer-make-and-model", "cups-version", "pwg-raster-document-resolution-supported",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Address:
    """Where a printer is: `uri` as IPP names it, and how it is reached: host and port, or a socket of this machine."""

    uri: str
    host: str
    port: int
    path: str
    tls: bool = False
    unix: str | None = None

    def __str__(self) -> str:
        return self.uri


def parse_address(text: str | None) -> Address:
    """Read "192.168.1.40", "imprimante.local:631" or "ipp://imprimante/ipp/print". Raises UsageError."""
    if not text:
        raise UsageError(N_("l'adresse de l'imprimante manque"), N_("écrivez par exemple --printer ipp@192.168.1.40"))
    try:
        parts = urlsplit(text if "://" in text else f"ipp://{text}")
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if host is None or parts.scheme not in ("ipp", "ipps"):
        raise UsageError(
            N_("adresse d'imprimante illisible : « {text} »").format(text=text),
            N_("écrivez 192.168.1.40 ou ipp://NOM/ipp/print (recond list printers)"),
        )
    path = parts.path if parts.path not in ("", "/") else "/ipp/print"
    shown = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{shown}:{port}{path}", host, port, path, tls=parts.scheme == "ipps")


def cups_address(queue: str) -> Address:
    """Return the address of a queue of this machine's CUPS; CUPS_SERVER names another one, as it does for lp."""
    path = f"/printers/{quote(queue)}" if queue else "/"
    server = os.environ.get("CUPS_SERVER", "")
    if server.startswith("/") or (not server and Path(CUPS_SOCKET).exists()):
        return Address(f"ipp://localhost{path}", "localhost", PORT, path, unix=server or CUPS_SOCKET)
    host, _, port = (server or "localhost").partition("/")[0].partition(":")
    number = int(port) if port.isdigit() else PORT
    return Address(f"ipp://{host}:{number}{path}", host, number, path)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self._path)


class Ipp:
    """The conversation with one printer. Every method raises EnvironmentFault when it is not there or makes no sense."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._number = 0

    def ask(self, operation: int, *more: bytes, job: Sequence[bytes] = (), document: bytes = b"") -> ipp.Answer:
        """Send one request and return the answer, whatever its status."""
        self._number += 1
        body = ipp.request(operation, self._number, self.address.uri, *more, job=job) + document
        way = self._way()
        try:
            way.request("POST", self.address.path, body, {"Content-Type": "application/ipp"})
            told = way.getresponse()
            data = told.read()
        except (OSError, http.client.HTTPException) as error:
            why = reason(error) if isinstance(error, OSError) else N_("elle ne répond pas comme une imprimante")
            raise self._fault(why) from error
        finally:
            way.close()
        if told.status in (401, 403):
            raise self._fault(N_("elle demande un mot de passe"))
        if told.status != 200:
            raise self._fault(
                N_("elle répond {status} : ce n'est pas une imprimante IPP, ou pas à cette adresse").format(
                    status=told.status
                )
            )
        try:
            return ipp.read_answer(data)
        except ValueError as error:
            raise self._fault(N_("sa réponse n'est pas de l'IPP")) from error

    def printer(self) -> ipp.Group:
        """Return what the printer says of itself now."""
        answer = self.ask(ipp.PRINTER_ATTRIBUTES, ipp.attribute(ipp.KEYWORD, "requested-attributes", *WANTED))
        if not answer.ok:
            raise self._fault(
                N_("elle refuse de répondre (IPP {status:04x}) : son nom est-il le bon ?").format(status=answer.status)
            )
        return answer.group(ipp.PRINTER)

    def print_document(self, name: str, kind: str, document: bytes, width_mm: float, height_mm: float) -> int:
        """Hand over a document, to be printed at its real size on a page of this size; return the job's number."""
        size = ipp.inner({"x-dimension": round(100 * width_mm), "y-dimension": round(100 * height_mm)})
        job = (
            ipp.collection("media-col", {"media-size": size}),
            ipp.attribute(ipp.KEYWORD, "print-scaling", "none"),
            ipp.attribute(ipp.KEYWORD, "sides", "one-sided"),
        )
        answer = self.ask(
            ipp.PRINT_JOB,
            ipp.attribute(ipp.NAME, "requesting-user-name", "recond"),
            ipp.attribute(ipp.NAME, "job-name", name),
            ipp.attribute(ipp.MIME, "document-format", kind),
            job=job,
            document=document,
        )
        number = answer.group(ipp.JOB).get("job-id", [0])[0]
        if not answer.ok or not isinstance(number, int) or number <= 0:
            raise self._fault(N_("elle refuse le document (IPP {status:04x})").format(status=answer.status))
        return number

    def job(self, number: int) -> ipp.Group:
        """Return what became of a job; empty when the printer does not remember it."""
        answer = self.ask(
            ipp.JOB_ATTRIBUTES,
            ipp.attribute(ipp.INTEGER, "job-id", number),
            ipp.attribute(ipp.NAME, "requesting-user-name", "recond"),
            ipp.attribute(ipp.KEYWORD, "requested-attributes", "job-state", "job-state-reasons"),
        )
        return answer.group(ipp.JOB) if answer.ok else {}

    def cancel(self, number: int) -> bool:
        """Take a job back, so that it is not printed later as well; tell whether the printer did."""
        return self.ask(
            ipp.CANCEL_JOB,
            ipp.attribute(ipp.INTEGER, "job-id", number),
            ipp.attribute(ipp.NAME, "requesting-user-name", "recond"),
        ).ok

    def queues(self) -> tuple[str, ...]:
        """Return the names of the queues of a CUPS."""
        answer = self.ask(ipp.CUPS_PRINTERS, ipp.attribute(ipp.KEYWORD, "requested-attributes", "printer-name"))
        named = (group.get("printer-name", [""])[0] for tag, group in answer.groups if tag == ipp.PRINTER)
        return tuple(str(name) for name in named if name)

    def _way(self) -> http.client.HTTPConnection:
        where = self.address
        if where.unix is not None:
            return _UnixConnection(where.unix)
        if where.tls:
            # A printer signs its own certificate: there is nobody to check it with, and a label holds no secret.
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            return http.client.HTTPSConnection(where.host, where.port, timeout=TIMEOUT_S, context=context)
        return http.client.HTTPConnection(where.host, where.port, timeout=TIMEOUT_S)

    def _fault(self, why: str) -> EnvironmentFault:
        return EnvironmentFault(
            N_("l'imprimante {address} ne répond pas : {why}").format(address=self.address, why=why),
            N_("vérifiez qu'elle est allumée et à la bonne adresse ; l'étiquette attend : recond label reprint"),
        )
