/** A picture made small before it travels: the server sees it at a few hundred pixels anyway. */

export const LONGEST_SIDE = 512;
const QUALITY = 0.92;

/**
 * JPEG Blob of at most 512 pixels a side, transparent parts on white. Works in pages and in
 * workers. Throws what `createImageBitmap` throws when the bytes are no picture it knows.
 *
 * @param {Blob} blob
 */
export async function shrink(blob) {
  const bitmap = await createImageBitmap(blob);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d", { alpha: false });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

/**
 * What to send for a file: a small JPEG, or, where this browser can't read it, the file as it is,
 * for the server reads formats that a browser doesn't and says what is wrong with the rest.
 */
export async function readyToSend(file) {
  try {
    return await shrink(file);
  } catch {
    return file;
  }
}
