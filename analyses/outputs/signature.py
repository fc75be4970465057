"""An optional signature over ``run.json``, which holds the hash of every output, with the user's own key."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from analyses.outputs.run_document import RUN_JSON
from layers.errors import ConfigError
from layers.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE = f"{RUN_JSON}.sig"


def sign_run(folder: Path, key: Path, password: bytes | None = None) -> Path:
    """Sign the ``run.json`` of a run folder; the signature (64 bytes, RFC 8032) lies beside it.

    Parameters
    ----------
    folder
        The run folder.
    key
        Private Ed25519 key in PEM (PKCS 8), such as ``openssl genpkey -algorithm ed25519`` makes.
    password
        Of the key, where it has one.

    Raises
    ------
    ConfigError
        The key or ``run.json`` cannot be read, or the package for signatures is not installed.
    """
    signature = folder / SIGNATURE
    signature.write_bytes(_private(key, password).sign(_read(folder / RUN_JSON)))
    return signature


def signature_holds(folder: Path, key: Path) -> bool:
    """Say whether ``run.json`` is as it was when it was signed with the private part of ``key``.

    Raises
    ------
    ConfigError
        The public key, ``run.json`` or its signature cannot be read.
    """
    public, signature, content = _public(key), _read(folder / SIGNATURE), _read(folder / RUN_JSON)
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra

    try:
        public.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _private(key: Path, password: bytes | None) -> Ed25519PrivateKey:
    _need_library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - an extra

    data = _read(key)
    try:
        found = load_pem_private_key(data, password)
    except (ValueError, TypeError) as error:
        raise _no_key(key) from error
    if not isinstance(found, Ed25519PrivateKey):
        raise _no_key(key)
    return found


def _public(key: Path) -> Ed25519PublicKey:
    _need_library()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - an extra
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 - an extra

    data = _read(key)
    try:
        found = load_pem_public_key(data)
    except (ValueError, TypeError) as error:
        raise _no_key(key) from error
    if not isinstance(found, Ed25519PublicKey):
        raise _no_key(key)
    return found


def _need_library() -> None:
    if importlib.util.find_spec("cryptography") is None:
        raise ConfigError(
            Text(
                "签名需要 cryptography 包；请用 pip install 'shanhai[sign]' 安装。",
                "signatures need the package cryptography; install it with pip install 'shanhai[sign]'.",
            )
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Text("读不了 {path}（{fault}）。", "{path} cannot be read ({fault}).").format(
                path=path, fault=error.strerror
            )
        ) from error


def _no_key(key: Path) -> ConfigError:
    return ConfigError(
        Text(
            "{key} 不是可用的 Ed25519 PEM 密钥，或口令不对；可用 openssl genpkey -algorithm ed25519 生成。",
            "{key} is no Ed25519 key in PEM, or its password is wrong; openssl genpkey -algorithm ed25519 "
            "makes one.",
        ).format(key=key)
    )
