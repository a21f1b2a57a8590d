"""What counts as a secret in a text, and what does not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everwhen.errors import SettingsError
from everwhen.language.redaction import read_redaction
from everwhen.language.secrets import Found, Secret

REDACTION = read_redaction(True)

# What «» encloses is secret; \n, \u and the like are read.
SECRET = r"""
password        my password is «hunter2»
password        My password is «swordfish».
password        the wifi password is «BlueWhale77», by the way
password        password: «hunter2»
password        Password:\n«hunter2»\nThank you
password        DB_PASSWORD=«s3cr3t-thing»
password        {"password": "«let me in»", "user": "dana"}
password        my password is "«correct horse battery staple»"
password        I changed my password to «Tr0ub4dor»
password        the password for the router is «admin1234»
password        password for my bank account: «Blue$Sky»
password        my password's «hunter2»
password        Login: dana / password: «sunshine»
password        use password «Xk9!mmQ2» to log in
password        «hunter2» is my password
password        **Password:** «hunter2»
password        my pw is «Hunter22»
password        new passcode is «445566»
password        dbPassword = "«kitten»"
password        Server=db;User Id=dana;Password=«Kitten»;
password        postgres://dana:«s3cr3t»@db.example.org:5432/app
password        Mein Passwort lautet «Sommer2024!»
password        mein Passwort ist «Geheimnis7»
password        Das Passwort für das WLAN ist «Apfelbaum12»
password        «Sommer2024» ist mein Passwort
password        Kennwort: «Apfelbaum»
password        mi contraseña es «perro123»
password        la contraseña del wifi es «Gatito99»
password        mi clave es «8821»
password        mon mot de passe est «Soleil2020»
password        le mot de passe du wifi est : «Lune77x»
password        mdp : «Soleil»
password        minha senha é «abacate42»
password        a senha do wifi é «Banana33»
password        la mia password è «Gelato88»
password        mijn wachtwoord is «Fiets2020»
password        вот мой пароль: «котик77»
password        moje hasło to «Kotek22»
password        password: \u201c«hunter2»\u201d
password        my pass\u200bword is «hun\u200bter2»
pin             my pin is «4821»
pin             PIN: «48 21 33»
pin             meine PIN ist «1234»
pin             mon code pin est «4444»
pin             el pin de mi tarjeta es «9876»
pin             o meu pin é «9876»
pin             my PIN is «560001»
pin             my pin code is «560001»
pin             PIN code: «560001»
pin             My card's PIN code is «560001», and I live in Bengaluru.
pin             I live in Bengaluru and my PIN code is «482133»
pin             Bengaluru office, door PIN code: «560001»
pin             Bengaluru, PIN code: «4821»
pin             Bengaluru, PIN code: «991234»
pin             the PIN code of the flat's alarm is «560001»
card code       cvv «123»
card code       security code: «1234»
card number     card «4111 1111 1111 1111» exp 12/26
card number     my card: «4111-1111-1111-1111».
card number     I paid «5500005555555559»
card number     «378282246310005»
card number     «3782 822463 10005»
card number     «4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1»
card number     «4111 1111\n1111 1111»
card number     «\uff14\uff11\uff11\uff11 1111 1111 1111»
api key         «sk-ant-api03-abcDEF123456789xyz_ABC-987654321»
api key         use «sk-proj-a1B2c3D4e5F6g7H8i9J0k1L2».
api key         \u0455k-x «\u0455k-proj-a1B2c3D4e5F6g7H8i9J0k1L2»
api key         «s\u200bk-proj-a1B2c3D4e5F6\u0000g7H8i9J0k1L2»
api key         \u001b[31m«sk-proj-a1B2c3D4e5F6g7H8i9J0k1L2»\u001b[0m
api key         «sk-proj-a1B2c3D4e5F6g7H8i9J0\nk1L2m3N4o5P6q7R8»\nthat was it
api key         my key is «ghp_16C7e42F292c6912E7710c838347Ae178B4a»
api key         «xoxb-123456789012-abcDEFghiJKL»
api key         «AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q»
api key         «sk_live_4eC39HqLyjWDarjtT1zdp7dc»
api key         https://«hooks.slack.com/services/T00000001/B00000002/abcDEF123456»
access key      id «AKIAIOSFODNN7EXAMPLE»
api key         aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCY12EXAMPLEKEY»
api key         api_key = «9f8e7d6c5b4a39281706»
api key         the API key is «550e8400-e29b-41d4-a716-446655440000»
api key         client_secret: '«Zm9vYmFyYmF6cXV4MTIz»'
api key         mein API-Schlüssel ist «9f8e7d6c5b4a39281706»
api key         ma clé API : «9f8e7d6c5b4a39281706»
token           export TOKEN="«abcd1234efgh5678ijkl»"
token           https://example.org/?access_token=«abcd1234efgh5678ijkl»&a=1
token           Authorization: Bearer «abc.def-123456789012345»
token           «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-DEF_123»
login header    curl -H "Authorization: Basic «ZGFuYTpodW50ZXIy»" https://example.org
private key     «-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA1\n-----END RSA PRIVATE KEY-----»
private key     «-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA1abcdef\nAAAABBBBCCCCDDDD»\nis cut off
"""

PLAIN = r"""
my phone number is +351 912 345 678
I forgot my password
the password policy is strict
my password is too weak
My password is weak and I should change it.
The password is on the fridge
Remember that the wifi password is on the fridge.
my password is expired
my password is being reset
the password is my dog's name
what is my password?
is the password case-sensitive?
passwords are hard
my password manager is 1Password
1Password is my password manager
password must be at least 12 characters
the password is 12 characters long
The new password is due on 12 May
Password: required
password: <your password>
password: ********
password = getpass.getpass()
password: str
password=os.environ["DB_PASSWORD"]
def login(user, password=None):
login(user, password=password)
const hashedPassword = await bcrypt.hash(password, 12);
const resetPassword = async (request) => {
to compare passwords:\n\n```javascript\nconst a = 1\n```
reset your password:<a href="${link}">here</a>
the password hash is stored with bcrypt
reset my password please
password reset link: https://example.org/reset
Mein Passwort ist abgelaufen
Ich habe mein Passwort vergessen
Das Passwort ist nicht sicher
la clave es practicar todos los días
mi contraseña es muy segura
he olvidado mi contraseña
j'ai oublié mon mot de passe
mon mot de passe est trop court
mot de passe oublié
esqueci a minha senha
a senha é obrigatória
the key is understanding your customers in 2024
my secret is that I love jazz
secret santa: Ana buys for Tom
a token of my gratitude is 12 roses
the token count is 4096
bearer of good news everyone
order number 4111111111111111
Bestellnummer: 4111111111111111
order 4539578763621486 has shipped
the invoice 4539578763621487
tracking number 1Z999AA10123456784
git commit 3f786850e387550fdab836ed7e6dc881de23001b
550e8400-e29b-41d4-a716-446655440000
the primary key: 550e8400-e29b-41d4-a716-446655440000
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
public key: ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB
scikit-learn and sk-learn-based-classification-pipelines
my spin is 1234
the pin is loose
I pinned 1234 notes
my pin collection is huge
12 MG Road, Bengaluru, Karnataka, PIN code: 560001
I live in Mumbai, my pin code is 400 050.
Ship it to: Anna Nagar, Chennai. Pincode: 600040, Tamil Nadu
Address: Sector 62, Noida, PIN: 201301
the PIN code of my area is 110001
ISBN 9783161484100
IMEI 490154203237518
the meeting is 2024-03-02 to 2024-04-11
1700000000000
years 1998 2001 2003 2007 2011
room 4012, 4013, 4014, 4015
I live at 4111 Elm Street
https://example.org/a:b@c
http://localhost:8080/path
mail dana@example.org
the pass is 30 euros
Meine Telefonnummer ist 0171 2345678
task-1234567890123456789
eyJ is how they start
-----BEGIN PRIVATE KEY----- is the first line of such a file
my password is [redacted: password]
"""


def _cases(text: str) -> list[str]:
    return [line.encode("ascii", "backslashreplace").decode("unicode_escape")
            for line in text.strip().splitlines()]  # fmt: skip


@pytest.mark.parametrize("line", _cases(SECRET))
def test_a_secret_is_replaced_by_a_mark_of_its_kind(line: str) -> None:
    kind, marked = line[:16].strip(), line[16:]
    before, _, rest = marked.partition("«")
    secret, _, after = rest.partition("»")
    done = REDACTION.text(before + secret + after)
    assert done.text == f"{before}[redacted: {kind}]{after}"
    assert REDACTION.text(done.text).text == done.text


@pytest.mark.parametrize("line", _cases(PLAIN))
def test_ordinary_talk_stays_as_it_is(line: str) -> None:
    assert REDACTION.text(line).text == line


@given(st.text(st.sampled_from("password is: 'hunter2'\n\u200b=sk-41 my"), max_size=60))
def test_what_is_redacted_once_is_redacted(text: str) -> None:
    once = REDACTION.text(text).text
    assert REDACTION.text(once).text == once


def test_places_move_with_the_marks() -> None:
    text = "My pin is 4821 and my password is hunter2, I live in Porto."
    done = REDACTION.text(text)
    for words in ("My", "and my", "Porto", "I live in Porto."):
        start, end = done.moved(text.index(words), text.index(words) + len(words))
        assert done.text[start:end] == words
    start, end = done.moved(text.index("hunter2") + 2, text.index(", I"))
    assert done.text[start:end] == "[redacted: password]"


def test_fields_that_are_named_as_secrets_lose_their_whole_value() -> None:
    given = {
        "password": "let me in",
        "nested": {"apiKey": "abcd1234efgh5678", "pins": [1, 2], "pin": 4821},
        "hunter password: hunter2": 1,
        "notes": ["my password is hunter2", 4111111111111111],
        "token": "word",
        "has_password": True,
        "count": 3,
    }
    assert REDACTION.metadata(given) == {
        "password": "[redacted: password]",
        "nested": {"apiKey": "[redacted: api key]", "pins": [1, 2], "pin": "[redacted: pin]"},
        "hunter password: [redacted: password]": 1,
        "notes": ["my password is [redacted: password]", "[redacted: card number]"],
        "token": "word",
        "has_password": True,
        "count": 3,
    }


def test_kinds_can_be_chosen_and_added() -> None:
    text = "pin: 4821, EMP-001234, DE89 3704 0044 0532 0130 00"
    assert read_redaction("pin").text(text).text == text.replace("4821", "[redacted: pin]")
    assert read_redaction(False).text(text).text == text
    assert "[redacted: iban]" in read_redaction("secrets, iban").text(text).text
    assert "DE89" in REDACTION.text(text).text

    def shouting(said: str) -> list[Found]:
        at = said.find("EMP")
        return [Found(kind="shout", start=at, end=at + 3)] if at >= 0 else []

    own = read_redaction([Secret(kind="employee id", pattern=r"EMP-(?P<secret>\d+)")])
    assert own.text(text).text == text.replace("001234", "[redacted: employee id]")
    assert "[redacted: shout]-001234" in read_redaction(["secrets", shouting]).text(text).text


@pytest.mark.parametrize(
    "wrong", ["secrts", 3, Secret(kind="a]", pattern="x"), Secret(kind="a", pattern="(")]
)
def test_what_can_not_be_taken_out_is_said(wrong: object) -> None:
    with pytest.raises(SettingsError):
        read_redaction(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "piece",
    ["eyJ", "-eyJ", "sk-", "password ", "password is ", "-----BEGIN PRIVATE KEY-----", "a",
     "4111 ", "1", "://a:b", "pin \u200b", "key-", "is my password "],
)  # fmt: skip
def test_a_hostile_text_takes_time_by_its_length_alone(piece: str) -> None:
    """Four times the text, about four times as long: not sixteen."""
    took = []
    for size in (100_000, 400_000):
        text = piece * (size // len(piece))
        began = time.process_time()
        REDACTION.text(text)
        took.append(time.process_time() - began)
    assert took[1] < 0.2 or took[1] < 8 * took[0]
