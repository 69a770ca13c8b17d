"""What makes a playable copy an ONVIF export file of ours: who exported, and an RSA signature inside the file.

The standard wants RSASSA-PSS, whose signatures differ each time; each is kept with the job, so that a package that is
built again has the same bytes. The key and its self-signed certificate are a file beside the other keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from saksi import clock, keys
from saksi.catalogue.database import Database, query
from saksi.catalogue.exports import Export
from saksi.errors import BadInput
from saksi.fmp4.export_file import ExportFacts, Place, TrackSource
from saksi.fmp4.export_signature import pss_signer

_FILE = "export-rsa.pem"
_BITS = 3072
_YEARS = 30


class FileKey:
    """The RSA key of export files and its certificate (DER)."""

    def __init__(self, folder: Path, organization: str) -> None:
        """Made when there is none. Raises BadInput when the file is not what it should be."""
        path = folder / _FILE
        if not path.exists():
            _make(path, organization)
        try:
            data = path.read_bytes()
            private = serialization.load_pem_private_key(data, password=None)
            certificate = x509.load_pem_x509_certificate(data)
        except ValueError as error:
            raise BadInput("key_file_bad", field="SAKSI_KEYS", path=path) from error
        if not isinstance(private, rsa.RSAPrivateKey):
            raise BadInput("key_file_bad", field="SAKSI_KEYS", path=path)
        self._sign = pss_signer(private)
        self.certificate = certificate.public_bytes(serialization.Encoding.DER)

    def signature(self, database: Database, export: Export, digest: bytes) -> bytes:
        """The signature over a file's digest: the one kept, or a new one that is kept from now on."""
        values = {"export_id": export.export_id, "digest": digest}
        with database.transaction() as connection:
            row = connection.execute(query("exports.signature"), values).fetchone()
            if row is None:
                made = {**values, "signature": self._sign(digest)}
                connection.execute(query("exports.add_signature"), made)
                row = connection.execute(query("exports.signature"), values).fetchone()
            assert row is not None
        return bytes(row["signature"])


def facts(camera: Mapping[str, Any], *, package: str, operator: str, at_us: int, key: FileKey) -> ExportFacts:
    """What stands in the file; `camera` as in meta/camera/<id>.json."""
    place = None
    if "lat_e7" in camera:
        place = Place(
            latitude_e7=camera["lat_e7"],
            longitude_e7=camera["lon_e7"],
            name=_plain(camera["site"] or camera["name"]),
        )
    return ExportFacts(
        unit_name=_plain(f"Saksi {package}"),
        at_us=at_us,
        video=TrackSource(name=_plain(camera["name"]), line=camera["camera"]),
        operator=_plain(operator),
        place=place,
        certificate=key.certificate,
        note=_plain(package),
    )


def _plain(text: str) -> str:
    return text.replace("\x00", " ")


def _make(path: Path, organization: str) -> None:
    """Key and certificate in one file; the first of two makers wins."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, (organization or "Saksi")[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Saksi export files"),
        ]
    )
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .sign(private, SHA256())
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    keys.keep_first(path, pem)
