from __future__ import annotations

import pytest
from command_line import shanhai
from sample_reports import sample_report

from analyses.outputs.run_folder import write_run

pytest.importorskip("cryptography")
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analyses.outputs.signature import SIGNATURE


@pytest.fixture
def keys(tmp_path):
    private, paths = Ed25519PrivateKey.generate(), (tmp_path / "key.pem", tmp_path / "public.pem")
    form = pem.Encoding.PEM
    paths[0].write_bytes(private.private_bytes(form, pem.PrivateFormat.PKCS8, pem.NoEncryption()))
    paths[1].write_bytes(private.public_key().public_bytes(form, pem.PublicFormat.SubjectPublicKeyInfo))
    return paths


@pytest.fixture
def run(tmp_path):
    return write_run(sample_report(), tmp_path / "run")


def test_a_signed_run_is_verified_and_a_change_is_found(run, keys):
    private, public = keys
    assert shanhai("sign", run, "--key", private).code == 0
    assert (run / SIGNATURE).stat().st_size == 64
    whole = shanhai("verify", run, "--key", public, "--lang", "en")
    assert whole.code == 0
    assert "the signature holds" in whole.out
    account = run / "run.json"
    account.write_bytes(account.read_bytes() + b"\n")
    broken = shanhai("verify", run, "--key", public, "--lang", "en")
    assert broken.code == 3
    assert "✗ the signature does not fit" in broken.out


def test_a_changed_output_is_found_although_the_signature_holds(run, keys):
    private, public = keys
    shanhai("sign", run, "--key", private)
    (run / "report.json").write_bytes((run / "report.json").read_bytes().replace(b"0", b"1", 1))
    ended = shanhai("verify", run, "--key", public, "--lang", "en")
    assert ended.code == 3
    assert "the signature holds" in ended.out
    assert "✗ output report.json" in ended.out


def test_what_is_not_as_its_account_says_is_not_signed(run, keys):
    private, _ = keys
    (run / "results.csv").unlink()
    ended = shanhai("sign", run, "--key", private, "--lang", "en")
    assert ended.code == 3
    assert "shanhai verify" in ended.sentence
    assert not (run / SIGNATURE).exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_signature_or_key_one_sentence_says_so(run, keys, lang):
    private, public = keys
    for arguments in (
        ("verify", run, "--key", public),
        ("sign", run, "--key", public),
        ("sign", run, "--key", run / "nowhere.pem"),
        ("verify", run, "--key", private),
    ):
        ended = shanhai(*arguments, "--lang", lang)
        assert ended.code == 2
        assert ended.sentence
