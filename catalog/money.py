"""Prices: exact decimals with an ISO 4217 currency, and one reference currency to compare them.

The reference price (US dollars) is for price tiers and price filters, never for a till: it comes
from the dated table below, not from today's market, so that the same feed gives the same figures
on every machine. To renew it, change `RATES_DATE` and `RATES` together; importing again converts
every product afresh.
"""

from __future__ import annotations

import re
from decimal import Decimal

from catalog.product import CatalogError, Price

REFERENCE_CURRENCY = "USD"

RATES_DATE = "2024-12-31"

# US dollars per unit, about as on `RATES_DATE`. Not yet checked line by line against a published
# table (the European Central Bank's reference rates, say): good for price tiers, no more.
RATES: dict[str, float] = {
    "AED": 0.2723,
    "AUD": 0.6194,
    "BGN": 0.5312,
    "BHD": 2.6596,
    "BRL": 0.1617,
    "CAD": 0.695,
    "CHF": 1.104,
    "CNY": 0.137,
    "CZK": 0.04125,
    "DKK": 0.1393,
    "EUR": 1.0389,
    "GBP": 1.253,
    "HKD": 0.1288,
    "HUF": 0.002526,
    "IDR": 6.176e-05,
    "ILS": 0.2742,
    "INR": 0.01168,
    "ISK": 0.00722,
    "JPY": 0.006371,
    "KRW": 0.0006781,
    "MXN": 0.04821,
    "MYR": 0.2236,
    "NOK": 0.08808,
    "NZD": 0.5606,
    "OMR": 2.6008,
    "PHP": 0.01723,
    "PLN": 0.243,
    "QAR": 0.2747,
    "RON": 0.2089,
    "SAR": 0.2667,
    "SEK": 0.09066,
    "SGD": 0.7335,
    "THB": 0.02912,
    "TRY": 0.02828,
    "USD": 1.0,
    "ZAR": 0.05295,
}

# Active codes of ISO 4217, those for metals, funds and tests left out.
_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
    GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN
    NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK
    SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS
    VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())

# Only signs that mean one currency; a plain "$" is read as US dollars unless the feed says more.
_SIGNS = {
    "US$": "USD",
    "$": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "RS.": "INR",
    "RS": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "฿": "THB",
    "₺": "TRY",
    "₫": "VND",
    "₱": "PHP",
    "₦": "NGN",
    "₴": "UAH",
    "ZŁ": "PLN",
    "KČ": "CZK",
}

_PRICE = re.compile(r"(?P<before>(?:RS\.|[^0-9.,\-])*)(?P<number>-?[0-9.,' ]*[0-9])(?P<after>.*)")
_LONGEST = 40  # characters
_GROUPED = re.compile(r"[0-9]{1,3}(?:([' .,])[0-9]{3})(?:\1[0-9]{3})*")


def parse_price(text: str, currency: str | None = None) -> Price:
    """A price from a feed: ``"19.99 USD"``, ``"USD 1,299.00"``, ``"1.299,00 €"``, ``"895"``.

    ``currency`` (ISO 4217) stands in where the text names none. A point is a decimal point, as
    the product feed specifications have it, except where it can only be a thousands separator
    (``1.299,00``, ``1.299.000``); a lone comma before exactly three digits separates thousands.
    ``str(price)`` parses to the same price. Raises `CatalogError`.
    """
    cleaned = " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())
    match = _PRICE.fullmatch(cleaned.upper()) if len(cleaned) <= _LONGEST else None
    if match is None:
        raise CatalogError(f'expected a price such as "19.99 USD", got {text[:60]!r}')
    unit = match["before"].strip() + match["after"].strip()
    code = _currency_code(unit, text, currency)
    return Price(_amount(match["number"].replace(" ", ""), text), code)


def reference_price(price: Price) -> float | None:
    """US dollars by the table of `RATES_DATE`.

    ``None`` for a currency that is not in the table and for a price of nothing: "0.00" in a feed
    means that the price is not told, and is no price tier.
    """
    rate = RATES.get(price.currency)
    if rate is None or price.amount <= 0:
        return None
    return float(price.amount) * rate


def check_currency(code: str) -> str:
    """``code`` in capitals. Raises `CatalogError` where ISO 4217 knows no such currency."""
    capital = code.strip().upper()
    if capital not in CURRENCIES:
        raise CatalogError(f'expected an ISO 4217 currency code such as "USD", got {code[:20]!r}')
    return capital


def _currency_code(unit: str, text: str, default: str | None) -> str:
    if not unit:
        if default is None:
            raise CatalogError(
                f'the price {text[:60]!r} names no currency; write it as "19.99 USD", '
                "add a currency column, or give the feed's currency"
            )
        return check_currency(default)
    if unit == "$" and default is not None and check_currency(default).endswith("D"):
        return check_currency(default)  # a Canadian shop's "$" is a Canadian dollar
    return _SIGNS.get(unit) or check_currency(unit)


def _amount(number: str, text: str) -> Decimal:
    if number.startswith("-"):
        raise CatalogError(f"a price can't be negative, got {text[:60]!r}")
    points, commas = number.count("."), number.count(",")
    number = number.replace("'", "")
    if points and commas:
        whole, fraction = (",", ".") if number.rfind(".") > number.rfind(",") else (".", ",")
        head, _, tail = number.rpartition(fraction)
        if fraction in head or not _GROUPED.fullmatch(head) or whole in tail:
            raise CatalogError(f"can't tell thousands from decimals in the price {text[:60]!r}")
        number = f"{head.replace(whole, '')}.{tail}"
    elif points > 1 or commas > 1:
        if not _GROUPED.fullmatch(number):
            raise CatalogError(f"can't tell thousands from decimals in the price {text[:60]!r}")
        number = number.replace(".", "").replace(",", "")
    elif commas:
        number = number.replace(",", "" if _GROUPED.fullmatch(number) else ".")
    if number.startswith("."):
        number = f"0{number}"
    amount = Decimal(number)
    if amount > Decimal(10) ** 12:
        raise CatalogError(f"a price above a million millions is no price, got {text[:60]!r}")
    return amount
