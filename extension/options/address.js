/**
 * A server's address as a person writes it ("localhost:8321/") in the one form the extension
 * keeps ("http://localhost:8321"). Throws Error with a sentence for the person.
 */
export function readAddress(written) {
  const trimmed = written.trim();
  const whole = /^[a-z]+:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  let address;
  try {
    address = new URL(whole);
  } catch {
    throw new Error("Write the address like http://127.0.0.1:8321.");
  }
  if (address.protocol !== "http:" && address.protocol !== "https:") {
    throw new Error("The address must begin with http:// or https://.");
  }
  return address.origin + address.pathname.replace(/\/+$/, "");
}
