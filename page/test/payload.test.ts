import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHalf, readPayload } from "../src/payload.ts";
import { packed } from "./small.ts";

test("what was written is read, of every type of number", () => {
  const payload = readPayload<{ run: string }>(
    packed({ run: "a<b" }, {
      odd: ["U8", [3], Uint8Array.of(1, 2, 255)],
      wide: ["F32", [1, 2], Float32Array.of(0.5, -2)],
      whole: ["I32", [2], Int32Array.of(-1, 70000)],
      small: ["I16", [2], Int16Array.of(-1, 300)],
      tiny: ["I8", [1], Int8Array.of(-1)],
      half: ["F16", [2], Uint16Array.of(0x3c00, 0xc000)],
    }),
  );
  assert.equal(payload.meta.run, "a<b");
  const of = (name: string): number[] => Array.from(payload.arrays.get(name)?.values ?? []);
  assert.deepEqual(of("odd"), [1, 2, 255]);
  assert.deepEqual(of("wide"), [0.5, -2]);
  assert.deepEqual(of("whole"), [-1, 70000]);
  assert.deepEqual(of("small"), [-1, 300]);
  assert.deepEqual(of("tiny"), [-1]);
  assert.deepEqual(of("half"), [1, -2]);
  assert.deepEqual(payload.arrays.get("wide")?.shape, [1, 2]);
});

test("half-precision numbers are widened as IEEE 754 says", () => {
  const bits = Uint16Array.of(0, 0x8000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x3555);
  const wide = Array.from(fromHalf(bits));
  assert.deepEqual(wide.slice(0, 2), [0, -0]);
  assert.equal(wide[2], 2 ** -24);
  assert.equal(wide[3], 1023 * 2 ** -24);
  assert.equal(wide[4], 65504);
  assert.deepEqual(wide.slice(5, 7), [Infinity, -Infinity]);
  assert.ok(Math.abs(wide[7] - 1 / 3) < 1e-4);
  assert.ok(Number.isNaN(fromHalf(Uint16Array.of(0x7e00))[0]));
});

test("a file that is cut off, or of an unknown type, is refused", () => {
  const file = packed({}, { a: ["U8", [1], Uint8Array.of(1)] });
  assert.throws(() => readPayload(file.subarray(0, 4)), /header/);
  assert.throws(() => readPayload(file.subarray(0, 20)), /as long as/);
  assert.throws(() => readPayload(packed({}, { a: ["Q9", [1], Uint8Array.of(1)] })), /known kind/);
});
