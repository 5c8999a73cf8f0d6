"""What is written over a disk. Each pattern says which bytes belong at an offset, so verify and resume start anywhere."""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from recond.erase.medium.buffers import zeros


class Pattern(Protocol):
    """Bytes as a function of the offset."""

    @property
    def name(self) -> str:
        """Return what the certificate calls it; with the seed in it, anybody can check the disk again."""
        ...

    @property
    def constant(self) -> bool:
        """Tell whether the bytes are the same at every offset, so that a buffer is filled once only."""
        ...

    def fill(self, offset: int, buffer: memoryview) -> None:
        """Put into the buffer (at most one chunk) the bytes that belong at `offset`, a multiple of 16."""
        ...


class ZeroPattern:
    """Zeros."""

    name = "zero"
    constant = True

    def fill(self, offset: int, buffer: memoryview) -> None:
        """See `Pattern.fill`."""
        buffer[:] = zeros()[: len(buffer)]


class AesPattern:
    """The keystream of AES-256 in counter mode; the counter is the offset in AES blocks of 16 bytes.

    The seed is random for each disk and each wipe, so that no drive can compress, deduplicate or foresee the data.
    """

    SEED_BYTES = 32
    constant = False

    def __init__(self, seed: bytes) -> None:
        if len(seed) != self.SEED_BYTES:
            raise ValueError("the seed of AES-256 is 32 bytes")
        self._key = algorithms.AES(seed)
        self.name = f"aes-256-ctr:{seed.hex()}"

    def fill(self, offset: int, buffer: memoryview) -> None:
        """See `Pattern.fill`."""
        counter = modes.CTR((offset // 16).to_bytes(16, "big"))
        Cipher(self._key, counter).encryptor().update_into(memoryview(zeros())[: len(buffer)], buffer)
