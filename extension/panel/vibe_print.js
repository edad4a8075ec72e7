import { element } from "./element.js";
import { decodeVector } from "./vector.js";

const HUES = [158, 96, 42, 18, 205, 330];

/**
 * A query that came as an address has a vector but no picture: its numbers are drawn as a small
 * weave, the same for the same vector, so that one shared search can be told from another.
 */
export function vibePrint(vector) {
  const numbers = decodeVector(vector) ?? new Int8Array(1);
  const side = Math.max(1, Math.floor(Math.sqrt(numbers.length)));
  const canvas = element("canvas", {
    width: side,
    height: side,
    class: "vibe-print",
    role: "img",
    "aria-label": "The vibe of a shared picture, drawn as a weave",
  });
  const pen = canvas.getContext("2d");
  const loudest = numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 1);
  for (let at = 0; at < side * side; at += 1) {
    const strength = Math.abs(numbers[at]) / loudest;
    const hue = HUES[Math.floor((at / (side * side)) * HUES.length)] + (numbers[at] < 0 ? 24 : 0);
    pen.fillStyle = `hsl(${hue} ${20 + 30 * strength}% ${88 - 52 * strength}%)`;
    pen.fillRect(at % side, Math.floor(at / side), 1, 1);
  }
  return canvas;
}
