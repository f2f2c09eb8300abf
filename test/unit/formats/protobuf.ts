/**
 * Reads a protobuf without knowing what it means: field numbers and raw values, as the encoding is described at
 * https://protobuf.dev/programming-guides/encoding/. Written for tests, from the description alone.
 */

/** The values of each field, in their order: a number of a varint or a float, bytes of everything with a length. */
export type Fields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

export function fieldsOf(bytes: Uint8Array): Fields {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(view.getUint8(at++));
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n) return Number(BigInt.asIntN(64, value));
    }
  };
  const value = (type: number): number | Uint8Array => {
    if (type === 0) return varint();
    if (type === 5) return view.getFloat32((at += 4) - 4, true);
    if (type !== 2) throw new Error(`byte ${at}: a value of wire type ${type}`);
    const length = varint();
    if (at + length > bytes.length) throw new Error(`byte ${at}: ${length} bytes, of which there are fewer`);
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = tag >>> 3;
    fields.set(number, [...(fields.get(number) ?? []), value(tag & 7)]);
  }
  return fields;
}

export function messages(fields: Fields, field: number): Fields[] {
  return (fields.get(field) ?? []).map((bytes) => fieldsOf(bytes as Uint8Array));
}

export function message(fields: Fields, field: number): Fields {
  return messages(fields, field)[0]!;
}

export function texts(fields: Fields, field: number): string[] {
  return (fields.get(field) ?? []).map((bytes) =>
    new TextDecoder('utf-8', { fatal: true }).decode(bytes as Uint8Array),
  );
}

export function text(fields: Fields, field: number): string | undefined {
  return texts(fields, field)[0];
}

export function number(fields: Fields, field: number): number | undefined {
  return fields.get(field)?.[0] as number | undefined;
}

/** Packed varints below 128² of a field. */
export function packed(fields: Fields, field: number): number[] {
  const bytes = (fields.get(field)?.[0] ?? new Uint8Array()) as Uint8Array;
  const numbers: number[] = [];
  let low = 0;
  let factor = 1;
  for (const byte of bytes) {
    low += (byte & 0x7f) * factor;
    factor = byte < 0x80 ? 1 : factor * 128;
    if (byte < 0x80) {
      numbers.push(low);
      low = 0;
    }
  }
  return numbers;
}
