"""Keys and signatures of media signing: the leaf certificates that SEIs carry, and what they vouch for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding

from saksi.fmp4.certificates import UNREADABLE

_ALGORITHMS: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_MOST_CERTIFICATES = 16  # in a chain


class Keys:
    """The certificate chains of a stream, the manufacturer's and the user's, as SEIs bring them."""

    def __init__(self) -> None:
        self._chains: dict[bool, list[x509.Certificate]] = {}
        self._pem: dict[bool, bytes] = {}

    def learn(self, chains: Iterable[tuple[bool, bytes]]) -> bool:
        """Takes (provisioned by the user, PEM); False when another chain stood in this place before."""
        same = True
        for user, pem in chains:
            # Some writers end the text with a NUL, some do not.
            pem = pem.rstrip(b"\x00")
            same = same and self._pem.setdefault(user, pem) == pem
            if user not in self._chains:
                self._chains[user] = _certificates(pem)
        return same

    @property
    def known(self) -> bool:
        """Whether there is a certificate to check signatures with."""
        return any(self._chains.values())

    def pem(self) -> list[str]:
        """The chain that GOPs are signed with, leaf first, as PEM texts."""
        return [_pem_text(certificate) for certificate in self._chain(certificate_sei=False)]

    def verify(self, document: bytes, signature: bytes, hash_name: str, *, certificate_sei: bool) -> bool:
        """Whether the leaf's key signed the document. The manufacturer's key alone signs certificate SEIs."""
        chain = self._chain(certificate_sei=certificate_sei)
        if not chain:
            return False
        algorithm = _ALGORITHMS[hash_name]()
        digest = hashlib.new(hash_name, document).digest()
        try:
            key = chain[0].public_key()
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, digest, ec.ECDSA(utils.Prehashed(algorithm)))
            elif isinstance(key, rsa.RSAPublicKey):
                scheme = padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
                key.verify(signature, digest, scheme, utils.Prehashed(algorithm))
            else:
                return False
        except (InvalidSignature, *UNREADABLE):
            return False
        return True

    def trusted(self, anchors: Sequence[bytes]) -> bool:
        """Whether the chain leads, each certificate issued by the next, to one of the PEM `anchors`.

        Dates are left to the reader: footage outlives certificates.
        """
        chain = self._chain(certificate_sei=False)
        roots = [root for pem in anchors for root in _certificates(pem)]
        if not chain or not all(_issued(one, by) and _may_issue(by) for one, by in pairwise(chain)):
            return False
        return any(_issued(chain[-1], root) or chain[-1] == root for root in roots)

    def _chain(self, *, certificate_sei: bool) -> list[x509.Certificate]:
        user = [] if certificate_sei else self._chains.get(True, [])
        return user or self._chains.get(False, [])


def _certificates(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)[:_MOST_CERTIFICATES]
    except UNREADABLE:
        return []


def _issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(by)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _may_issue(certificate: x509.Certificate) -> bool:
    """A camera's own certificate vouches for no other (RFC 5280 section 4.2.1.9)."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False


def _pem_text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode("ascii")
