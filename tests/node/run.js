// Runs one ONNX model in ONNX Runtime for as many samples as are sent: node run.js MODEL [THREADS]
//
// A message is a number of tensors, each with name, element type (the number of ONNX's TensorProto.DataType), extents and raw bytes.
// All numbers are little-endian uint32:
//   message = status, count, tensor...      status 0; or 1 and a text: what ONNX Runtime refused
//   tensor  = text, type, rank, extent..., bytes
//   text, bytes = length, content
// The first answer tells whether the model was loaded; then each message with inputs on stdin is answered by one with outputs on stdout.
'use strict';
const ort = require('onnxruntime-node');

const kinds = [
  { code: 1, name: 'float32', array: Float32Array },
  { code: 2, name: 'uint8', array: Uint8Array },
  { code: 3, name: 'int8', array: Int8Array },
  { code: 4, name: 'uint16', array: Uint16Array },
  { code: 5, name: 'int16', array: Int16Array },
  { code: 6, name: 'int32', array: Int32Array },
  { code: 7, name: 'int64', array: BigInt64Array },
  { code: 9, name: 'bool', array: Uint8Array },
  { code: 10, name: 'float16', array: Uint16Array },
  { code: 11, name: 'float64', array: Float64Array },
  { code: 12, name: 'uint32', array: Uint32Array },
  { code: 13, name: 'uint64', array: BigUint64Array },
];

/** Gathers what arrives on stdin until a reader has as much as it asks for. */
class Input {
  chunks = [];
  length = 0;
  ended = false;

  constructor(stream) {
    stream.on('data', chunk => { this.chunks.push(chunk); this.length += chunk.length; this.#wake(); });
    stream.on('end', () => { this.ended = true; this.#wake(); });
  }

  /** The next bytes in memory of their own; null at the end of the input. */
  async read(count) {
    while (this.length < count && !this.ended) await new Promise(wake => { this.wake = wake; });
    if (this.length < count) return null;
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks = [all.subarray(count)];
    this.length -= count;
    const copy = Buffer.from(new ArrayBuffer(count));
    all.copy(copy, 0, 0, count);
    return copy;
  }

  async number() {
    return (await this.read(4))?.readUInt32LE() ?? null;
  }

  async block() {
    return this.read(await this.number());
  }

  #wake() {
    this.wake?.();
    this.wake = undefined;
  }
}

async function readTensor(input) {
  const name = (await input.block()).toString('utf8');
  const code = await input.number();
  const extents = [];
  for (let rank = await input.number(); rank > 0; rank--) extents.push(await input.number());
  const bytes = await input.block();
  const kind = kinds.find(kind => kind.code === code);
  if (!kind) throw new Error(`input '${name}' has element type ${code}, which run.js does not pass on`);
  return [name, new ort.Tensor(kind.name, new kind.array(bytes.buffer, 0, bytes.length / kind.array.BYTES_PER_ELEMENT), extents)];
}

const number = value => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

const block = bytes => Buffer.concat([number(bytes.length), bytes]);

function encodeTensor(name, tensor) {
  const kind = kinds.find(kind => kind.name === tensor.type);
  if (!kind) throw new Error(`output '${name}' has element type ${tensor.type}, which run.js does not pass on`);
  const { buffer, byteOffset, byteLength } = tensor.data;
  return Buffer.concat([
    block(Buffer.from(name)), number(kind.code), number(tensor.dims.length), ...tensor.dims.map(number), block(Buffer.from(buffer, byteOffset, byteLength)),
  ]);
}

const send = bytes => new Promise(done => process.stdout.write(bytes, done));

const refuse = error => send(Buffer.concat([number(1), block(Buffer.from(String(error.message ?? error)))]));

// On x86 without VNNI, sums of products of unsigned and signed bytes saturate at 16 bits unless the slower, exact ones are asked for.
const exactSums = { session: { x64quantprecision: '1' } };

async function main([model, threads = '1']) {
  const input = new Input(process.stdin);
  let session;
  try {
    session = await ort.InferenceSession.create(model, { intraOpNumThreads: Number(threads), interOpNumThreads: 1, logSeverityLevel: 3, extra: exactSums });
  } catch (error) {
    return refuse(error);
  }
  await send(Buffer.concat([number(0), number(0)]));

  for (let status = await input.number(); status !== null; status = await input.number()) {
    try {
      const inputs = {};
      for (let count = await input.number(); count > 0; count--) {
        const [name, tensor] = await readTensor(input);
        inputs[name] = tensor;
      }
      const outputs = Object.entries(await session.run(inputs));
      await send(Buffer.concat([number(0), number(outputs.length), ...outputs.map(([name, tensor]) => encodeTensor(name, tensor))]));
    } catch (error) {
      await refuse(error);
    }
  }
}

main(process.argv.slice(2)).then(() => process.exit(0));
