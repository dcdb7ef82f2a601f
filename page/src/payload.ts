// Payloads: safetensors files with a JSON description in their metadata, as mannscope.explorer.payload writes them.

export interface Tensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

export interface Payload<Meta> {
  readonly meta: Meta;
  readonly arrays: ReadonlyMap<string, Tensor>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Read a payload; throws an Error that says what is wrong with it. */
export function readPayload<Meta>(bytes: Uint8Array): Payload<Meta> {
  if (bytes.byteLength < 8) throw new Error("a payload must have a header of 8 bytes");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (8 + length > bytes.byteLength) throw new Error("a payload must be as long as its header says");
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const { __metadata__: metadata, ...entries } = header as Record<string, Entry> & {
    __metadata__?: { meta: string };
  };
  const arrays = new Map<string, Tensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
    const [from, to] = data_offsets;
    // A copy starts at a multiple of every element's size.
    const part = bytes.slice(8 + length + from, 8 + length + to).buffer;
    arrays.set(name, { shape, values: decode(dtype, part) });
  }
  return { meta: JSON.parse(metadata?.meta ?? "{}") as Meta, arrays };
}

function decode(dtype: string, part: ArrayBuffer): ArrayLike<number> {
  switch (dtype) {
    case "F32":
      return new Float32Array(part);
    case "F16":
      return fromHalf(new Uint16Array(part));
    case "I32":
      return new Int32Array(part);
    case "I16":
      return new Int16Array(part);
    case "I8":
      return new Int8Array(part);
    case "U8":
      return new Uint8Array(part);
    default:
      throw new Error(`the numbers of a payload must be of a known kind, not ${dtype}`);
  }
}

let halves: Float32Array | undefined;

/** Widen half-precision numbers by a table of all of them. */
export function fromHalf(bits: Uint16Array): Float32Array {
  halves ??= Float32Array.from({ length: 65536 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  const table = halves;
  const wide = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) wide[index] = table[bits[index]];
  return wide;
}
