// Times one model in ONNX Runtime: node measure.js MODEL THREADS
//
// First answers a line with {"runtime", "node"}, then each line with a number of seconds by the milliseconds of the runs that fit into them, as a JSON array.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const ort = require('onnxruntime-node');

function version() {
  const manifest = path.join(path.dirname(require.resolve('onnxruntime-node')), '..', 'package.json');
  return JSON.parse(fs.readFileSync(manifest)).version;
}

/** A batch of one, numbers between -1 and 1: what Octet is given too. */
function sample({ shape, type }) {
  const extents = shape.map(extent => typeof extent === 'number' ? extent : 1);
  const count = extents.reduce((product, extent) => product * extent, 1);
  return new ort.Tensor(type, Float32Array.from({ length: count }, () => Math.random() * 2 - 1), extents);
}

async function main([model, threads]) {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3,
    // Sums of integer products are exact on every processor, as they are in Octet; float models do not ask for it.
    extra: { session: { x64quantprecision: '1' } },
  });
  const inputs = Object.fromEntries(session.inputMetadata.map(input => [input.name, sample(input)]));
  console.log(JSON.stringify({ runtime: version(), node: process.versions.node }));

  for await (const seconds of readline.createInterface({ input: process.stdin })) {
    const times = [];
    for (const begin = performance.now(); performance.now() - begin < Number(seconds) * 1000 || times.length === 0;) {
      const start = performance.now();
      await session.run(inputs);
      times.push(performance.now() - start);
    }
    console.log(JSON.stringify(times));
  }
}

main(process.argv.slice(2)).catch(error => { console.error(String(error.message ?? error)); process.exit(1); });
