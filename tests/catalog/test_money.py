from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.money import CURRENCIES, RATES, parse_price, reference_price
from catalog.product import CatalogError, Price

amounts = st.decimals(min_value=0, max_value=10**12, places=3) | st.decimals(
    min_value=0, max_value=10**12, places=2
)
currencies = st.sampled_from(sorted(CURRENCIES))


@given(st.builds(Price, amounts, currencies))
def test_a_price_written_out_parses_to_itself(price: Price):
    assert parse_price(str(price)) == price


@given(st.decimals(min_value=0, max_value=10**9, places=2), currencies)
def test_thousands_separators_change_nothing(amount: Decimal, currency: str):
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    french = english.translate(str.maketrans(",.", "\u202f,"))
    swiss = english.replace(",", "'")
    for written in (english, german, french, swiss):
        assert parse_price(f"{written} {currency}") == Price(amount, currency)


@given(st.text(max_size=60))
def test_any_text_is_a_price_or_an_error(text: str):
    try:
        price = parse_price(text)
    except CatalogError:
        return
    assert price.amount >= 0
    assert price.currency in CURRENCIES


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("19.99 USD", "19.99", "USD"),
        ("USD 19.99", "19.99", "USD"),
        ("usd19.99", "19.99", "USD"),
        ("15.00usd", "15.00", "USD"),
        ("$1,299", "1299", "USD"),
        ("1.299,00 €", "1299.00", "EUR"),
        ("€ 19,99", "19.99", "EUR"),
        ("£5", "5", "GBP"),
        ("Rs. 1,299.50", "1299.50", "INR"),
        ("₹999", "999", "INR"),
        ("1'299.00 CHF", "1299.00", "CHF"),
        ("1\u00a0299,00 PLN", "1299.00", "PLN"),
        ("12,5 EUR", "12.5", "EUR"),
        ("1.299.000 IDR", "1299000", "IDR"),
        (".99 USD", "0.99", "USD"),
        ("1,299.5 USD", "1299.5", "USD"),
        ("1,299,000 USD", "1299000", "USD"),
        ("1,299 USD", "1299", "USD"),
        ("1,2999 USD", "1.2999", "USD"),
        ("1.299 EUR", "1.299", "EUR"),
        ("1000000000000 USD", "1000000000000", "USD"),
        ("0.00 USD", "0.00", "USD"),
    ],
)
def test_prices_as_feeds_write_them(text: str, amount: str, currency: str):
    assert parse_price(text) == Price(Decimal(amount), currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "free",
        "-5 USD",
        "19.99",
        "19.99 XYZ",
        "1,2,3 USD",
        "1.2.3 USD",
        "1,29.999,00 EUR",
        "1.299,00.5 EUR",
        "1,29.99 USD",
        "1000000000000.01 USD",
        "NaN USD",
        "Infinity USD",
        "1e5 USD",
        "9" * 50 + " USD",
        "9999999999999 USD",
        "USD",
        "12 USD 13",
        "١٩ USD",
    ],
)
def test_what_is_no_price_is_refused(text: str):
    with pytest.raises(CatalogError):
        parse_price(text)


def test_a_feeds_currency_stands_in():
    assert parse_price("895", "inr") == Price(Decimal(895), "INR")
    assert parse_price("$20", "CAD").currency == "CAD"
    assert parse_price("$20", "EUR").currency == "USD"
    assert parse_price("20 EUR", "USD").currency == "EUR"
    with pytest.raises(CatalogError, match="ISO 4217"):
        parse_price("895", "rupees")


def test_reference_price():
    assert reference_price(Price(Decimal("10.50"), "USD")) == 10.5
    assert reference_price(Price(Decimal(1000), "INR")) == pytest.approx(11.68)
    assert reference_price(Price(Decimal(10), "VND")) is None, "not in the table"
    assert reference_price(Price(Decimal(0), "USD")) is None, "a price not told"
    assert reference_price(Price(Decimal("0.01"), "USD")) == 0.01


def test_every_rate_is_of_a_real_currency():
    assert set(RATES) <= CURRENCIES
    assert RATES["USD"] == 1.0
    assert all(0 < rate < 10 for rate in RATES.values())


def test_the_rates_keep_the_pegs():
    """What central banks hold still, in units a US dollar or euro; other rates can't be checked so."""
    of_dollar = {"AED": 3.6725, "BHD": 0.376, "OMR": 0.3845, "QAR": 3.64, "SAR": 3.75}
    of_euro = {"BGN": 1.95583, "DKK": 7.46}
    for code, units in of_dollar.items():
        assert RATES[code] * units == pytest.approx(1, rel=0.002)
    for code, units in of_euro.items():
        assert RATES[code] * units == pytest.approx(RATES["EUR"], rel=0.005)
    assert 7.75 <= 1 / RATES["HKD"] <= 7.85
