"""Which server, which user, which password, and that no message tells a password."""

import json

import pytest

from standoff.doccano.credentials import Login, is_exposed, read_login, split_url, state_folder
from standoff.errors import StandoffError

LOCAL = "http://127.0.0.1:8123"
AWAY = "https://doccano.example.org"
SECRET = "korvet-9-molo"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty home, and none of the variables."""
    for name in ("URL", "USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"DOCCANO_{name}", raising=False)
    monkeypatch.delenv("NETRC", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("STANDOFF_DOCCANO_HOME", str(tmp_path / "state"))
    return tmp_path


def set_up(home, username="admin", password=SECRET):
    """What `up` leaves of a server of one's own."""
    (home / "state").mkdir()
    (home / "state" / "server.json").write_text(json.dumps({"url": LOCAL, "username": username}))
    if password:
        (home / "state" / "password").write_text(f"{password}\n")


def write_netrc(home, text, name=".netrc"):
    (home / name).write_text(text)
    (home / name).chmod(0o600)


def test_the_state_is_among_the_data_of_the_user(home, monkeypatch):
    assert state_folder() == home / "state"
    monkeypatch.delenv("STANDOFF_DOCCANO_HOME")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert state_folder() == home / ".local" / "share" / "standoff" / "doccano"
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    assert state_folder() == home / "data" / "standoff" / "doccano"


def test_nothing_is_known():
    with pytest.raises(StandoffError, match="none is set up here"):
        read_login()


def test_our_own_server(home):
    set_up(home)
    assert read_login() == read_login(LOCAL) == read_login(f"{LOCAL}/") == Login(LOCAL, "admin", SECRET)


def test_the_argument_is_before_the_environment_and_that_before_our_own(home, monkeypatch):
    set_up(home)
    monkeypatch.setenv("DOCCANO_URL", AWAY)
    write_netrc(home, f"machine doccano.example.org login ida password {SECRET}\n")
    assert read_login() == Login(AWAY, "ida", SECRET)
    assert read_login(LOCAL) == Login(LOCAL, "admin", SECRET)


def test_the_environment_is_before_netrc(home, monkeypatch):
    write_netrc(home, "machine doccano.example.org login ida password of-netrc\n")
    monkeypatch.setenv("DOCCANO_PASSWORD", SECRET)
    assert read_login(AWAY) == Login(AWAY, "admin", SECRET)
    monkeypatch.setenv("DOCCANO_USERNAME", "ben")
    assert read_login(AWAY) == Login(AWAY, "ben", SECRET)


def test_the_password_of_the_environment_goes_with_the_user_of_our_own_server(home, monkeypatch):
    set_up(home, username="ada", password="")
    monkeypatch.setenv("DOCCANO_PASSWORD", SECRET)
    assert read_login() == Login(LOCAL, "ada", SECRET)


@pytest.mark.parametrize(
    ("text", "username"),
    [
        ("machine doccano.example.org:8443 login ida password {}", "ida"),
        ("machine doccano.example.org login ida password {}", "ida"),
        ("machine doccano.example.org password {}", "admin"),
        ("machine doccano.example.org password no\nmachine doccano.example.org:8443 login yes password {}", "yes"),
        ("machine elsewhere.example.org login no password other\ndefault login any password {}", "any"),
    ],
)  # fmt: skip
def test_netrc_by_host_and_port(home, monkeypatch, text, username):
    write_netrc(home, text.format(SECRET), "mine")
    monkeypatch.setenv("NETRC", str(home / "mine"))
    assert read_login("https://doccano.example.org:8443") == Login("https://doccano.example.org:8443", username, SECRET)


def test_the_password_of_somebody_else_is_not_used(home, monkeypatch):
    set_up(home)
    write_netrc(home, f"machine doccano.example.org login ida password {SECRET}\n")
    monkeypatch.setenv("DOCCANO_USERNAME", "ben")
    for url in (AWAY, LOCAL):
        with pytest.raises(StandoffError, match="no password for this server"):
            read_login(url)


def test_a_password_missing_names_the_three_ways():
    with pytest.raises(StandoffError) as caught:
        read_login(AWAY)
    assert all(way in str(caught.value) for way in ("DOCCANO_PASSWORD", "~/.netrc", "standoff doccano up"))


@pytest.mark.parametrize(
    "url",
    ["doccano.example.org", "ftp://doccano.example.org", "https://", "http://[::1", f"{AWAY}:port", f"{AWAY}/?x=1"],
)
def test_what_is_no_address(url):
    with pytest.raises(StandoffError, match="the address of the server is none"):
        split_url(url)


@pytest.mark.parametrize("url", [f"https://ida:{SECRET}@doccano.example.org", f"https://{SECRET}@doccano.example.org"])
def test_credentials_in_the_address_are_refused_and_not_repeated(url, monkeypatch):
    monkeypatch.setenv("DOCCANO_URL", url)
    with pytest.raises(StandoffError, match="holds a user or a password") as caught:
        read_login()
    assert SECRET not in str(caught.value)


def test_no_message_and_no_repr_tells_the_password(home):
    assert SECRET not in repr(Login(AWAY, "ida", SECRET))
    write_netrc(home, f"machine doccano.example.org login ida passwort {SECRET}\n")
    with pytest.raises(StandoffError, match="is no netrc file") as caught:
        read_login(AWAY)
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"url": "x"}'])
def test_what_our_server_left_is_broken(home, text):
    set_up(home)
    (home / "state" / "server.json").write_text(text)
    with pytest.raises(StandoffError, match="does not say where the server is"):
        read_login()


@pytest.mark.parametrize(
    ("url", "exposed"),
    [
        (LOCAL, False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
        (AWAY, False),
        ("http://doccano.example.org", True),
        ("http://192.168.0.4:8000", True),
    ],
)
def test_who_can_read_the_password_on_the_way(url, exposed):
    assert is_exposed(url) is exposed
