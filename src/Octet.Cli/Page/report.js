'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const report = data.report;
  const page = document.getElementById('page');

  // Elements. All text goes in as text, so that no name of a model can become markup.
  const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
    return element;
  }
  const tip = text => draw('title', {}, text);

  // Numbers.
  const decibels = value => value === null ? 'exact' : value.toFixed(1) + ' dB';
  const percent = value => value.toFixed(2) + ' %';
  const points = value => (value > 0 ? '+' : '') + value.toFixed(2);
  const short = value => Number(value.toPrecision(4)).toString();
  const bytes = value => value >= 1e6 ? (value / 1e6).toFixed(1) + ' MB' : (value / 1e3).toFixed(1) + ' kB';
  const count = value => value.toLocaleString('en');
  const classes = [['bad', 'below 10 dB'], ['poor', '10 to 20 dB'], ['fair', '20 to 30 dB'], ['good', '30 dB and more'], ['none', 'not compared']];
  const classOf = row => row.isCompared === false ? 'none'
    : row.sqnrDb === null || row.sqnrDb >= 30 ? 'good' : row.sqnrDb >= 20 ? 'fair' : row.sqnrDb >= 10 ? 'poor' : 'bad';

  function section(title, ...children) {
    const shown = children.flat(Infinity).filter(child => child !== null && child !== undefined);
    if (shown.length > 0) page.append(make('section', {}, make('h2', {}, title), shown));
  }
  function facts(rows) {
    const kept = rows.filter(([, fact]) => fact !== null && fact !== undefined && fact !== '' && fact.length !== 0);
    return kept.length === 0 ? null : make('dl', {}, kept.map(([name, fact]) =>
      [make('dt', {}, name), make('dd', {}, Array.isArray(fact) ? fact.map(line => make('div', {}, line)) : fact)]));
  }
  function plainTable(heads, rows) {
    return rows.length === 0 ? null : make('table', {}, make('thead', {}, make('tr', {}, heads.map(head => make('th', {}, head)))),
      make('tbody', {}, rows.map(row => make('tr', {}, row.map(cell =>
        make('td', typeof cell === 'string' && cell.length <= 16 ? { class: 'short' } : {}, cell))))));
  }

  // A table whose columns sort by a button, and whose rows one field filters.
  function sortedTable(columns, rows, label, first) {
    const body = make('tbody');
    const field = make('input', { type: 'search', 'aria-label': 'Filter ' + label, placeholder: 'filter: part of a name or operator' });
    const shown = make('span', { class: 'soft', role: 'status' });
    const lines = rows.map(row => {
      const line = make('tr', {}, columns.map(column => make('td', column.isNumber ? { class: 'number' } : {}, column.show(row))));
      return { row, line, text: columns.map(column => column.show(row, true)).filter(text => typeof text === 'string').join(' ').toLowerCase() };
    });
    let order = first;
    const heads = columns.map((column, index) => {
      const button = make('button', { type: 'button' }, column.title);
      button.addEventListener('click', () => { order = { index, falls: order.index === index && !order.falls }; update(); });
      return make('th', column.isNumber ? { class: 'number', scope: 'col' } : { scope: 'col' }, button);
    });
    field.addEventListener('input', update);
    function update() {
      const key = columns[order.index].key;
      const sign = order.falls ? -1 : 1;
      const wanted = field.value.toLowerCase().split(/\s+/).filter(word => word.length > 0);
      const kept = lines.filter(entry => wanted.every(word => entry.text.includes(word)));
      kept.sort((a, b) => {
        const [x, y] = [key(a.row), key(b.row)];
        return sign * (typeof x === 'string' ? x.localeCompare(y) : x === y ? 0 : x - y);
      });
      body.replaceChildren(...kept.map(entry => entry.line));
      heads.forEach((head, index) => head.setAttribute('aria-sort',
        index !== order.index ? 'none' : order.falls ? 'descending' : 'ascending'));
      heads.forEach((head, index) => { head.firstChild.textContent = columns[index].title + (index !== order.index ? '' : order.falls ? ' ▼' : ' ▲'); });
      shown.textContent = kept.length + ' of ' + rows.length;
    }
    update();
    return {
      element: [make('div', { class: 'tools' }, field, shown),
        make('div', { class: 'rows', tabindex: '0', role: 'region', 'aria-label': label },
          make('table', {}, make('thead', {}, make('tr', {}, heads)), body))],
      mark(row) {
        field.value = '';
        update();
        for (const entry of lines) entry.line.classList.toggle('marked', entry.row === row);
        lines.find(entry => entry.row === row)?.line.scrollIntoView({ block: 'center' });
      },
    };
  }

  // The verdict.
  const advice = report.advice ?? report.decision;
  const doubts = report.floatModel?.doubts ?? [];
  if (advice) {
    const worst = Math.min(...(report.outputs ?? []).map(output => output.sqnrDb ?? Infinity));
    const loss = report.difference?.isClear ? -report.difference.points : 0;
    const found = (report.guidelines ?? []).flatMap(guideline => guideline.findings.map(finding => finding.severity));
    const kind = doubts.some(doubt => doubt.isSevere) || loss >= 5 || worst < 10 || report.check?.missed?.length > 0 || found.includes('problem')
      ? 'bad' : loss >= 1 || worst < 20 || found.includes('warning') ? 'poor' : 'good';
    section('Verdict',
      doubts.map(doubt => make('div', { class: 'card ' + (doubt.isSevere ? 'bad' : 'poor') }, (doubt.isSevere ? 'DOUBT: ' : 'doubt: ') + doubt.text)),
      make('div', { class: 'card ' + kind }, make('p', { class: 'verdict' }, advice.verdict),
        report.difference ? interval(report.difference) : null,
        report.agreement && data.agreement ? make('p', {}, 'Agreement with the float model: ' + data.agreement) : null),
      data.toDo.length > 0 ? [make('h3', {}, 'What to do'), make('ul', {}, data.toDo.map(line => make('li', {}, line))),
        data.nextCommand ? make('pre', {}, data.nextCommand) : null] : null,
      (report.warnings ?? []).map(text => make('div', { class: 'card poor' }, 'Warning: ' + text)),
      (report.notCompared ?? []).map(text => make('p', { class: 'soft' }, 'Not compared: ' + text)));
  }

  function interval(difference) {
    const reach = 1.15 * Math.max(1, Math.abs(difference.low), Math.abs(difference.high));
    const at = value => 300 + 280 * value / reach;
    return make('div', {},
      make('p', {}, `${difference.metric}: ${points(difference.points)} points, 95 % interval ${points(difference.low)} to ${points(difference.high)}`
        + `, ${difference.samples} samples (${difference.method})`),
      draw('svg', { viewBox: '0 0 600 44', role: 'img', 'aria-label': '95 % interval of the difference', style: 'max-width: 40rem' },
        draw('line', { class: 'axis', x1: 10, x2: 590, y1: 16, y2: 16 }),
        draw('line', { class: 'limit', x1: at(0), x2: at(0), y1: 2, y2: 30 }),
        draw('rect', { class: 'fair-fill', x: at(difference.low), y: 12, width: Math.max(2, at(difference.high) - at(difference.low)), height: 8, rx: 4 }),
        draw('circle', { class: 'good-fill', cx: at(difference.points), cy: 16, r: 6 }),
        draw('text', { x: at(0), y: 42, 'text-anchor': 'middle' }, 'no difference'),
        draw('text', { x: 10, y: 42 }, points(-reach)), draw('text', { x: 590, y: 42, 'text-anchor': 'end' }, points(reach))));
  }

  // What was done.
  section('Run', facts([
    ['model', report.model ?? data.models], ['written', report.output ? `${report.output}, ${bytes(report.floatBytes)} → ${bytes(report.integerBytes)}` : null],
    ['target', report.target], ['recipe', report.recipe], ['integers', report.integers], ['ranges', report.method],
    ['samples', report.samples === undefined ? null : String(report.samples)],
    ['calibration', report.calibrationSeconds > 0 ? `${report.calibrationSeconds.toFixed(1)} s, ${report.passes} ${report.passes === 1 ? 'pass' : 'passes'} over the samples` : null],
    ['preprocessing', report.floatModel?.preprocessing],
    ['inputs', (report.floatModel?.inputs ?? []).map(input =>
      `${input.name}: ${short(input.low)} to ${short(input.high)}, mean ${short(input.mean)}, deviation ${short(input.deviation)}`)],
    ['left out', report.skipped], ['not read', report.notRead],
    ['machine', data.machine], ['version', data.version], ['made', data.made], ['to repeat', make('code', {}, data.command)],
  ]));
  section('Answers of the float model', plainTable(['sample', 'answer'],
    (report.floatModel?.predictions ?? []).map(prediction => [prediction.sample, prediction.answer])));

  // What it cost.
  if (report.floatAccuracy && report.integerAccuracy) {
    const names = Object.keys(report.floatAccuracy).filter(name => name !== 'samples' && name !== 'seconds');
    section('Accuracy', plainTable(['metric', 'float', 'integer', 'difference'], names.map(name =>
      [name, percent(report.floatAccuracy[name]), percent(report.integerAccuracy[name]),
        points(report.integerAccuracy[name] - report.floatAccuracy[name])])),
      make('p', { class: 'soft' }, report.integerAccuracy.samples + ' samples; the integer model is read back from its file.'));
  }
  if (report.outputs?.length > 0) section('Outputs', plainTable(['output', 'operator', 'SQNR', 'cosine'], report.outputs.map(output =>
    [output.name + (output.isPart ? ' (a part of the output)' : ''), output.operator, decibels(output.sqnrDb), (output.cosine ?? 1).toFixed(6)])));
  if (report.steps?.length > 0) section('Steps of the recipe', plainTable(['step', 'output SQNR after it', ''], report.steps.map(step =>
    [step.steps.join(', '), step.sqnrDb === null ? 'not measured' : decibels(step.sqnrDb), step.remark])));
  if (report.search?.length > 0) section('Methods that were tried', plainTable(['method', 'cosine', 'SQNR'], report.search.map(method =>
    [method.method, method.cosine.toFixed(6), decibels(method.sqnrDb)])));
  if (report.work) {
    const inner = make('div');
    inner.style.width = 100 * report.work.share + '%';
    section('Work in integers',
      make('p', {}, `${percent(100 * report.work.share)} of ${count(report.work.macs)} multiply-accumulates for one sample; `
        + `${report.quantizedValues} values and ${report.quantizedWeights} weights are integers.`),
      make('div', { class: 'share', role: 'img', 'aria-label': percent(100 * report.work.share) + ' in integers' }, inner),
      facts([['layers in floats', report.work.floatLayers], ['operators in floats', (report.floatOperators ?? []).join(', ')]]));
  }
  if (report.widths) {
    const widths = report.widths;
    const at = accuracy => accuracy ? Object.keys(accuracy).filter(name => name !== 'samples' && name !== 'seconds')
      .map(name => `${name} ${percent(accuracy[name])}`).join(', ') : '';
    section('16 or 8 bits', plainTable(['weights', 'values between operators', 'output SQNR', 'accuracy'], [
      ['floats', 'floats', '', at(widths.floatAccuracy)], ['16 bits', '16 bits', decibels(widths.sqnr16Db), at(widths.accuracy16)],
      ['8 bits', '16 bits', decibels(widths.sqnrWeights8Db), ''], ['16 bits', '8 bits', decibels(widths.sqnrValues8Db), ''],
      ['8 bits', '8 bits', decibels(widths.sqnr8Db), at(widths.accuracy8)]]));
  }
  for (const guideline of report.guidelines ?? []) {
    section(guideline.title, make('p', {}, guideline.advice), plainTable(['severity', 'operator', 'name', 'measured'],
      guideline.findings.map(finding => [String(finding.severity), finding.operator, finding.name, finding.measured])));
  }
  if (report.followed?.length > 0) section('Guidelines that are followed', make('p', {}, report.followed.join(', ')));

  // The network.
  const network = data.details?.nodes ?? (data.kind === 'compare' ? report.layers.concat(report.outputs) : []);
  const rows = network.map((node, index) => ({ number: index + 1, ...node }));
  const compared = rows.filter(row => row.isCompared !== false);
  if (compared.length > 0) {
    const hasLocal = compared.some(row => row.localSqnrDb !== undefined && row.localSqnrDb !== null);
    const hasNodes = compared.some(row => row.node);
    const hasBits = data.details !== undefined && data.details !== null;
    const ratio = row => row.sqnrDb === null ? Infinity : row.sqnrDb;
    const columns = [
      { title: '#', isNumber: true, key: row => row.number, show: row => String(row.number) },
      { title: 'value', key: row => row.name, show: row => row.name },
      ...hasNodes ? [{ title: 'node', key: row => row.node ?? '', show: row => row.node ?? '' }] : [],
      { title: 'operator', key: row => row.operator, show: row => row.operator },
      ...hasBits ? [{ title: 'bits', isNumber: true, key: row => row.bits ?? 32, show: row => row.bits ? String(row.bits) : 'float' }] : [],
      ...hasLocal ? [{ title: 'SQNR alone', isNumber: true, key: row => row.localSqnrDb ?? Infinity,
        show: row => row.localSqnrDb === undefined || row.localSqnrDb === null ? '' : decibels(row.localSqnrDb) }] : [],
      { title: 'SQNR', isNumber: true, key: ratio, show: (row, plain) => plain ? decibels(row.sqnrDb)
        : [make('span', { class: 'swatch ' + classOf(row) + '-fill' }), decibels(row.sqnrDb)] },
      { title: 'cosine', isNumber: true, key: row => row.cosine ?? 1, show: row => (row.cosine ?? 1).toFixed(5) },
    ];
    const table = sortedTable(columns, compared, 'layers', { index: columns.length - (hasLocal ? 3 : 2), falls: false });
    section('Network', make('p', { class: 'soft' }, 'Each bar is a node, in the order in which they run. Its height is the SQNR of what it '
      + 'makes: the signal over the noise of all layers so far. A click shows the row of the table.'
      + (hasLocal ? ' SQNR alone is what a layer has where everything before it is the float model: it names the culprit.' : '')),
      strip(rows, row => table.mark(row)),
      make('p', {}, classes.filter(([name]) => rows.some(row => classOf(row) === name)).map(([name, text]) =>
        [make('span', { class: 'swatch ' + name + '-fill' }), text + '\u2003'])));
    section('Layers, the noisiest first', table.element);
  }

  function strip(nodes, choose) {
    const [width, height, left] = [1000, 150, 34];
    const highest = Math.max(10, ...nodes.filter(node => node.isCompared !== false && node.sqnrDb !== null).map(node => node.sqnrDb));
    const top = 10 * Math.ceil(highest / 10);
    const step = (width - left) / nodes.length;
    const high = db => Math.max(0, Math.min(1, db / top)) * (height - 20);
    const lines = [];
    for (let db = 0; db <= top; db += top > 60 ? 20 : 10) {
      const y = height - high(db);
      lines.push(draw('line', { class: 'axis', x1: left, x2: width, y1: y, y2: y }), draw('text', { x: left - 4, y: y + 4, 'text-anchor': 'end' }, String(db)));
    }
    return draw('svg', { viewBox: `0 0 ${width} ${height + 6}`, role: 'img', 'aria-label': 'SQNR in dB of each node, in the order of the network' },
      lines, draw('text', { x: 0, y: 10 }, 'dB'),
      nodes.map((node, index) => {
        const tall = node.isCompared === false ? 4 : Math.max(2, high(node.sqnrDb === null ? top : node.sqnrDb));
        const bar = draw('rect', { class: classOf(node) + '-fill', x: left + index * step, y: height - tall, width: Math.max(.6, step * .85), height: tall },
          tip(`${node.number}. ${node.operator} ${node.node || ''} → ${node.name}: ${node.isCompared === false ? 'not compared' : decibels(node.sqnrDb)}`));
        if (node.isCompared !== false) bar.addEventListener('click', () => choose(compared.find(row => row.number === node.number)));
        return bar;
      }));
  }

  // What calibration saw; each drawing is made when it is opened.
  function folded(title, drawing) {
    const box = make('details', {}, make('summary', {}, title));
    box.addEventListener('toggle', () => { if (box.open && box.children.length === 1) box.append(drawing()); });
    return box;
  }
  const values = data.details?.values ?? [];
  if (values.length > 0) {
    section('Values between operators', make('p', { class: 'soft' }, 'How often numbers of each size were seen during calibration (the height '
      + 'is the root of the count, so that tails can be seen), and the range that integers represent: shaded, between broken lines.'),
      values.map(value => folded(`${value.name}: ${short(value.low)} to ${short(value.high)} of ${short(value.seenLow)} to ${short(value.seenHigh)}, ${value.integers}`,
        () => histogram(value))));
  }
  function histogram(value) {
    const [width, height] = [900, 150];
    const [low, high] = [Math.min(value.seenLow, value.low), Math.max(value.seenHigh, value.high)];
    // The outermost bins end where numbers end.
    const from = bin => Math.max(value.start + bin * value.binWidth, low);
    const to = bin => Math.min(value.start + (bin + 1) * value.binWidth, high);
    const at = x => 10 + (width - 20) * (x - low) / (high - low || 1);
    const tallest = Math.sqrt(Math.max(1, ...value.counts));
    const all = value.counts.reduce((sum, next) => sum + next, value.zeros);
    const outside = value.counts.reduce((sum, next, bin) => {
      const [begin, end] = [Math.max(from(bin), value.seenLow), Math.min(to(bin), value.seenHigh)];
      if (end <= begin) return sum + (end < value.low || begin > value.high ? next : 0);
      return sum + next * (1 - Math.max(0, Math.min(end, value.high) - Math.max(begin, value.low)) / (end - begin));
    }, 0);
    return make('div', {}, draw('svg', { viewBox: `0 0 ${width} ${height + 18}`, role: 'img', 'aria-label': 'histogram of ' + value.name },
      draw('rect', { class: 'chosen', x: at(value.low), y: 0, width: Math.max(1, at(value.high) - at(value.low)), height }),
      value.counts.map((times, bin) => {
        const tall = height * .95 * Math.sqrt(times) / tallest;
        return draw('rect', { class: 'good-fill', x: at(from(bin)), y: height - tall,
          width: Math.max(1, at(to(bin)) - at(from(bin)) - .5), height: tall }, tip(count(times)));
      }),
      [value.low, value.high].map(limit => draw('line', { class: 'limit', x1: at(limit), x2: at(limit), y1: 0, y2: height })),
      draw('line', { class: 'axis', x1: 10, x2: width - 10, y1: height, y2: height }),
      draw('text', { x: 10, y: height + 14 }, short(low)), draw('text', { x: width - 10, y: height + 14, 'text-anchor': 'end' }, short(high)),
      low < 0 && high > 0 ? draw('text', { x: at(0), y: height + 14, 'text-anchor': 'middle' }, '0') : null),
      make('p', { class: 'soft' }, `${count(all)} numbers counted, ${count(value.zeros)} of them exactly zero; about `
        + `${all > 0 ? (100 * outside / all).toPrecision(2) : 0} % lie outside of the range.`));
  }
  const weights = data.details?.weights ?? [];
  if (weights.length > 0) {
    section('Weights', make('p', { class: 'soft' }, 'The least and the greatest weight of each output channel. Channels that are much narrower '
      + 'than the widest one lose most where the tensor has one scale.'),
      weights.map(weight => folded(`${weight.name} of ${weight.node}: ${count(weight.channels)} ${weight.channels === 1 ? 'range' : 'channels'}, ${weight.integers}`,
        () => channels(weight))));
  }
  function channels(weight) {
    const [width, height] = [900, 140];
    const [low, high] = [Math.min(0, ...weight.lows), Math.max(0, ...weight.highs)];
    const at = value => height - height * (value - low) / (high - low || 1);
    const step = (width - 60) / weight.lows.length;
    return draw('svg', { viewBox: `0 -6 ${width} ${height + 14}`, role: 'img', 'aria-label': 'ranges of the channels of ' + weight.name },
      weight.lows.map((least, index) => draw('rect', { class: 'fair-fill', x: 60 + index * step, y: at(weight.highs[index]),
        width: Math.max(.6, step * .85), height: Math.max(.6, at(least) - at(weight.highs[index])) },
        tip(`${short(least)} to ${short(weight.highs[index])}`))),
      draw('line', { class: 'axis', x1: 60, x2: width, y1: at(0), y2: at(0) }),
      draw('text', { x: 54, y: 4, 'text-anchor': 'end' }, short(high)), draw('text', { x: 54, y: height + 4, 'text-anchor': 'end' }, short(low)));
  }
  section('Data', make('p', { class: 'soft' }, 'The same as --json prints; the file holds it, with what is drawn here, in the element with the id "data".'),
    folded('JSON', () => make('pre', {}, JSON.stringify(report, null, 1))));

  // Head.
  const name = (report.model !== undefined ? [report.model] : data.models).map(path => path.split(/[\\/]/).pop()).join(' and ');
  document.getElementById('title').textContent = `octet ${data.kind}: ${name}`;
  document.title = `octet ${data.kind}: ${name}`;
  const themes = ['system', 'light', 'dark'];
  const button = document.getElementById('theme');
  let theme = 0;
  button.addEventListener('click', () => {
    theme = (theme + 1) % themes.length;
    if (theme === 0) delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = themes[theme];
    button.textContent = 'Theme: ' + themes[theme];
  });
})();
