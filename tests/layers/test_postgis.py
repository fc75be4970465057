"""PostGIS: a real server of the tests' own, started by an unprivileged user and stopped again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from city_files import CityFiles, boundary, districts, parks
from command_line import shanhai_process
from square_city import frame, square
from square_files import MET, written

from layers.errors import DataError
from layers.kinds import LayerKind

psycopg = pytest.importorskip("psycopg", reason="needs the postgis extra")
from psycopg import sql  # noqa: E402 - after the check that it is there

PASSWORD = "s3cret-p%40ss'word"  # noqa: S105 - of a server that lives for these tests
HOSTILE = 'x"; DROP TABLE parks; --<script>{{7*7}}'


@dataclass(frozen=True)
class Server:
    """A server that only a password opens; ``planner`` may read, ``owner`` owns everything."""

    port: int

    def address(self, user: str = "planner", **changes: object) -> str:
        return f"postgresql://{user}@127.0.0.1:{changes.get('port', self.port)}/{changes.get('db', 'city')}"

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.address("owner"), password=PASSWORD, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def table(self, name, shapes, *, schema: str = "public", srid: int = 4547) -> None:
        """Write a frame as a table whose columns are as wide as the source's."""
        columns = [one for one in shapes.columns if one != "geometry"]
        kinds = {"f": "numeric(14,2)", "i": "integer"}
        fields = [
            sql.SQL("{} {}").format(sql.Identifier(one), sql.SQL(kinds.get(shapes[one].dtype.kind, "text")))
            for one in columns
        ]
        target = sql.Identifier(schema, name)
        with psycopg.connect(self.address("owner"), password=PASSWORD) as connection:
            connection.execute(
                sql.SQL("CREATE TABLE {} ({}, geom geometry(Geometry, {}))").format(
                    target, sql.SQL(", ").join(fields), sql.Literal(srid)
                )
            )
            insert = sql.SQL("INSERT INTO {} VALUES ({}, ST_GeomFromWKB({}, {}))")
            for row, shape in zip(shapes[columns].to_numpy(dtype=object), shapes.geometry, strict=True):
                values = sql.SQL(", ").join(map(sql.Literal, row))
                connection.execute(insert.format(target, values, shape.wkb, srid))
            connection.execute(sql.SQL("GRANT SELECT ON {} TO planner").format(target))


def programs() -> Path | None:
    """The newest installed server that has PostGIS."""
    for extension in sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"), reverse=True):
        folder = Path("/usr/lib/postgresql") / extension.parts[-3] / "bin"
        if (folder / "initdb").exists():
            return folder
    return None


def as_user(user: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return [] if os.geteuid() else ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]


def wait_for(server: Server, started: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        assert started.poll() is None, "the server ended"
        try:
            psycopg.connect(server.address("owner", db="postgres"), password=PASSWORD).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start within ten seconds")


@pytest.fixture(scope="module")
def server():
    found = programs()
    if found is None:
        pytest.skip("needs PostgreSQL with PostGIS (scripts/install-postgis.sh)")
    if not os.geteuid() and subprocess.run([*as_user("postgres"), "true"], check=False).returncode:
        pytest.skip("needs the user postgres to start a server as")
    home = Path(tempfile.mkdtemp(prefix="shanhai-pg-"))
    data, secret = home / "data", home / "password"
    secret.write_text(PASSWORD)
    if not os.geteuid():
        for path in (home, secret):
            shutil.chown(path, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(
        [*as_user("postgres"), found / "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", "-N",
         "--pwfile", secret, "--no-locale", "-E", "UTF8"],
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={home}", "fsync=off"]
    started = subprocess.Popen(
        [*as_user("postgres"), found / "postgres", "-D", data, "-p", str(port),
         *(word for one in settings for word in ("-c", one))],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    try:
        made = Server(port)
        wait_for(made, started)
        with psycopg.connect(
            made.address("owner", db="postgres"), password=PASSWORD, autocommit=True
        ) as connection:
            connection.execute("CREATE DATABASE city")
            connection.execute(sql.SQL("CREATE ROLE planner LOGIN PASSWORD {}").format(sql.Literal(PASSWORD)))
        made.run("CREATE EXTENSION postgis", "CREATE SCHEMA plan", "GRANT USAGE ON SCHEMA plan TO planner")
        made.table("XZQ", boundary(), schema="plan")
        made.table("districts", districts())
        made.table("parks", parks())
        yield made
    finally:
        started.send_signal(signal.SIGINT)  # to the server's own process: a fast shutdown
        started.wait(timeout=20)
        shutil.rmtree(home)


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", PASSWORD)


@pytest.fixture
def city(server, tmp_path):
    city = CityFiles(tmp_path)
    city.add("boundary", server.address(), layer="plan.XZQ").add(
        "districts", server.address(), layer="districts"
    )
    return city


def refusal(city: CityFiles) -> str:
    with pytest.raises(DataError) as caught:
        city.open()
    assert "\n" not in caught.value.message.en
    assert PASSWORD not in caught.value.message.en + caught.value.message.zh
    return caught.value.message.en


def test_tables_give_the_study_that_files_give(server, city, tmp_path):
    study = city.add("parks", server.address(), layer="public.parks").open()
    (tmp_path / "files").mkdir()
    files = CityFiles(tmp_path / "files")
    files.write("boundary", boundary()).write("districts", districts()).write("parks", parks())
    same = files.open()
    assert study.boundary.equals(same.boundary)
    assert study.districts.equals(same.districts)
    assert study.frame(LayerKind.PARKS).equals(same.frame(LayerKind.PARKS))
    assert [one.code for one in study.findings] == [one.code for one in same.findings]


def test_far_rows_stay_in_the_database_and_are_counted(server, city):
    server.table("far", frame([square(0, 0, 9), square(90_000, 0, 9)], id=["a", "b"]))
    study = city.add("parks", server.address(), layer="far").open()
    assert study.frame(LayerKind.PARKS)["id"].tolist() == ["a"]
    assert [one.code for one in study.findings] == ["topology.far"]


def test_hostile_names_are_only_names(server, city):
    server.run(f"CREATE SCHEMA {sql.Identifier(HOSTILE).as_string()}")
    server.run(f"GRANT USAGE ON SCHEMA {sql.Identifier(HOSTILE).as_string()} TO planner")
    name = "ta.ble'%s" + HOSTILE
    server.table(name, parks().rename(columns={"GYMC": HOSTILE}), schema=HOSTILE)
    city.add("parks", server.address(), layer=f"{HOSTILE}.{name}")
    city.layers["parks"] = city.layers["parks"].partition("layer =")[0]
    city.layers["parks"] += f"layer = '''{HOSTILE}.{name}'''\nfields = {{ name = '''{HOSTILE}''' }}"
    study = city.open()
    assert study.frame(LayerKind.PARKS)["name"].tolist() == ["东湖公园", "西园", "西园"]
    assert city.add("parks", server.address(), layer="parks").open().layers  # it was not dropped


def test_a_view_is_read_in_its_own_system(server, city):
    server.run(
        'CREATE VIEW open_parks AS SELECT "BSM", "GYMC", ST_Transform(geom, 4490) AS shape FROM parks'
        " WHERE \"SFKF\" = '是'",
        "GRANT SELECT ON open_parks TO planner",
    )
    study = city.add("parks", server.address(), layer="open_parks").open()
    assert study.frame(LayerKind.PARKS)["id"].tolist() == ["p1", "p3"]
    assert study.sources["parks"].crs == "China Geodetic Coordinate System 2000"
    assert study.frame(LayerKind.PARKS).geometry.area.sum() == pytest.approx(50_000, rel=1e-6)


def test_a_view_that_writes_is_stopped(server, city):
    server.run(
        "CREATE TABLE taken (n integer)",
        "CREATE FUNCTION take() RETURNS text LANGUAGE sql AS 'INSERT INTO taken VALUES (1) RETURNING ''a'''",
        'CREATE VIEW writes AS SELECT take() AS "BSM", geom::geometry(Geometry, 4547) FROM parks',
    )
    city.add("parks", server.address("owner"), layer="writes")  # who might well write
    assert "read-only transaction" in refusal(city)


def test_a_system_of_the_databases_own(server, city):
    server.run(
        "INSERT INTO spatial_ref_sys SELECT 990001, 'city', 1, srtext, proj4text FROM spatial_ref_sys"
        " WHERE srid = 4547"
    )
    server.table("own", parks(), srid=990001)
    study = city.add("parks", server.address(), layer="own").open()
    assert study.frame(LayerKind.PARKS).geometry.area.sum() == pytest.approx(140_000, rel=1e-6)


def test_without_a_system_one_is_asked_for(server, city):
    server.table("nowhere", parks(), srid=0)
    assert "name its crs" in refusal(city.add("parks", server.address(), layer="nowhere"))
    assert len(city.add("parks", server.address(), layer="nowhere", crs="EPSG:4547").open().layers) == 1


def test_the_password_may_be_in_the_password_file(server, city, monkeypatch, tmp_path):
    monkeypatch.delenv("PGPASSWORD")
    assert "no password supplied" in refusal(city)
    kept = tmp_path / "pgpass"
    kept.write_text(f"127.0.0.1:{server.port}:city:planner:{PASSWORD}\n")
    kept.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(kept))
    assert len(city.open().districts) == 2


class TestRefusals:
    def test_wrong_password(self, city, monkeypatch):
        monkeypatch.setenv("PGPASSWORD", "wrong")
        assert "password authentication failed" in refusal(city)

    def test_nobody_listens(self, server, tmp_path):
        with socket.socket() as taken:  # bound, but not listening
            taken.bind(("127.0.0.1", 0))
            address = server.address(port=taken.getsockname()[1])
            assert "cannot be read" in refusal(CityFiles(tmp_path).add("boundary", address, layer="plan.XZQ"))

    def test_no_such_host(self, tmp_path):
        city = CityFiles(tmp_path).add("boundary", "postgresql://me@no-such-host.invalid/db", layer="a.b")
        assert "no-such-host.invalid" in refusal(city)

    def test_no_such_database(self, server, tmp_path):
        city = CityFiles(tmp_path).add("boundary", server.address(db="town"), layer="plan.XZQ")
        assert 'database "town" does not exist' in refusal(city)

    def test_no_such_table(self, server, city):
        assert "no such spatial table" in refusal(city.add("parks", server.address(), layer="parcs"))

    def test_no_table_named(self, server, city):
        assert "name the table" in refusal(city.add("parks", server.address()))

    def test_a_table_without_rows(self, server, city):
        server.table("bare", parks().iloc[:0])
        assert "has no rows" in refusal(city.add("parks", server.address(), layer="bare"))

    def test_a_table_one_may_not_read(self, server, city):
        server.table("closed", parks())
        server.run("REVOKE SELECT ON closed FROM planner")
        assert "you may not read it" in refusal(city.add("parks", server.address(), layer="closed"))


def test_no_output_holds_the_password(server, tmp_path):
    city = written(tmp_path / "city", MET)
    city.add("boundary", server.address(), layer="plan.XZQ").add("parks", server.address(), layer="parks")
    ended = shanhai_process("run", city.toml(), "--out", tmp_path / "run", PGPASSWORD=PASSWORD)
    assert ended.code == 0, ended.err
    checked = shanhai_process(
        "validate", city.folder / "city.toml", "--sarif", tmp_path / "v.sarif", PGPASSWORD=PASSWORD
    )
    said = ended.out + ended.err + checked.out + checked.err
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"report.json", "run.json", "map.html", "v.sarif"} <= {path.name for path in files}
    secrets = (PASSWORD, quote(PASSWORD), PASSWORD.replace("'", "&#39;"), PASSWORD.replace("'", "\\u0027"))
    for secret in secrets:
        assert secret not in said
        assert [path.name for path in files if secret.encode() in path.read_bytes()] == []
    shown = (tmp_path / "run" / "report.json").read_text(encoding="utf-8")
    assert f"postgresql://planner@127.0.0.1:{server.port}/city" in shown
