"""The optional signature over run.json."""

from __future__ import annotations

import shutil
import subprocess

import pytest

pytest.importorskip("cryptography")
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from sample_reports import sample_report

from analyses.outputs.run_folder import write_run
from analyses.outputs.signature import SIGNATURE, sign_run, signature_holds
from analyses.verify import verify
from layers.errors import ConfigError


def save(private, folder, secret=None):
    secret = secret or pem.NoEncryption()
    key, public = folder / "key.pem", folder / "public.pem"
    key.write_bytes(private.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, secret))
    public.write_bytes(
        private.public_key().public_bytes(pem.Encoding.PEM, pem.PublicFormat.SubjectPublicKeyInfo)
    )
    return key, public


@pytest.fixture
def keys(tmp_path):
    return save(ed25519.Ed25519PrivateKey.generate(), tmp_path)


@pytest.fixture
def run(tmp_path):
    return write_run(sample_report(), tmp_path / "run")


def test_a_signature_holds_until_run_json_changes(run, keys):
    sign_run(run, keys[0])
    assert signature_holds(run, keys[1])
    assert verify(run).whole
    (run / "run.json").write_bytes((run / "run.json").read_bytes() + b" ")
    assert not signature_holds(run, keys[1])


def test_another_key_or_another_signature_does_not_hold(run, keys, tmp_path):
    sign_run(run, keys[0])
    (tmp_path / "other").mkdir()
    assert not signature_holds(run, save(ed25519.Ed25519PrivateKey.generate(), tmp_path / "other")[1])
    for forged in (b"", b"\x00" * 64, b"\x00" * 1000):
        (run / SIGNATURE).write_bytes(forged)
        assert not signature_holds(run, keys[1])


def test_a_signed_run_can_be_replaced(run, keys):
    sign_run(run, keys[0])
    write_run(sample_report(), run)
    assert not (run / SIGNATURE).exists()


def test_openssl_agrees(run, keys):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here")
    signature = sign_run(run, keys[0])
    done = subprocess.run(
        [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", keys[1], "-rawin", "-in", run / "run.json",
         "-sigfile", signature],
        check=False,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_key_with_a_password(run, tmp_path):
    key, public = save(ed25519.Ed25519PrivateKey.generate(), tmp_path, pem.BestAvailableEncryption(b"secret"))
    sign_run(run, key, b"secret")
    assert signature_holds(run, public)
    for wrong in (None, b"guess"):
        with pytest.raises(ConfigError, match=r"key\.pem"):
            sign_run(run, key, wrong)


def test_what_is_no_such_key_is_refused(run, keys, tmp_path):
    (tmp_path / "curve").mkdir()
    curve, curve_public = save(ec.generate_private_key(ec.SECP256R1()), tmp_path / "curve")
    text = tmp_path / "text.pem"
    text.write_text("no key")
    for bad in (curve, text, tmp_path / "absent.pem", keys[1]):
        with pytest.raises(ConfigError, match=bad.name):
            sign_run(run, bad)
    sign_run(run, keys[0])
    for bad in (curve_public, text, keys[0]):
        with pytest.raises(ConfigError, match=bad.name):
            signature_holds(run, bad)


def test_a_run_without_signature_is_said_to_have_none(run, keys):
    with pytest.raises(ConfigError, match=SIGNATURE):
        signature_holds(run, keys[1])
