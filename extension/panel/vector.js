/** The query's vector: base64 on the wire, base64url in the address, int8 numbers to draw. */

export const toUrlForm = (base64) =>
  base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export function fromUrlForm(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return base64 + "=".repeat((4 - (base64.length % 4)) % 4);
}

/** Int8Array of the vector's numbers (127 is a facet's full length), or null if it is none. */
export function decodeVector(base64url) {
  try {
    return Int8Array.from(atob(fromUrlForm(base64url)), (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
