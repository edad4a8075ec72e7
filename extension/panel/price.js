import { element } from "./element.js";

/** "€1,299.00" for `{amount: "1299.00", currency: "EUR"}`, in the reader's own manner. */
export function formatPrice({ amount, currency }, locale = undefined) {
  try {
    const whole = /^\d+(\.0+)?$/.test(amount);
    return new Intl.NumberFormat(locale, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...(whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}),
    }).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}

/**
 * The product's price; a sale price first with the old one struck. A price in another currency
 * than the one the filters speak carries its converted amount.
 */
export function priceLine(product, reference) {
  const { price, sale_price: sale } = product;
  if (!price && !sale) return element("p", { class: "price price--none" }, "Price not given");
  const now = sale ?? price;
  const line = element("p", { class: sale ? "price price--sale" : "price" });
  if (sale && price) {
    line.append(
      element("span", { class: "unseen" }, "Now "),
      element("ins", {}, formatPrice(sale)),
      element("span", { class: "unseen" }, ", was "),
      " ",
      element("del", {}, formatPrice(price)),
    );
  } else line.append(formatPrice(now));
  if (reference && now.currency !== reference && product.reference_price) {
    const about = formatPrice({
      amount: String(Math.round(product.reference_price)),
      currency: reference,
    });
    line.append(" ", element("span", { class: "price__about" }, `about ${about}`));
  }
  return line;
}
