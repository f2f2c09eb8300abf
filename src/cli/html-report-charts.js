/**
 * Runs in the report page: draws its charts with uPlot, from the data that the page carries. It looks up colours at each
 * drawing, so light, dark and paper have one home, the style sheet; it follows the width, and says what is under the
 * cursor. Plain JavaScript, put into the page as it is.
 */
/* global document, window, getComputedStyle, matchMedia, ResizeObserver, uPlot */
(() => {
  'use strict';
  const { epochs, best, charts } = JSON.parse(document.getElementById('chart-data').textContent);
  const last = epochs.at(-1);
  const LOOKS = {
    train: { width: 2 },
    validation: { width: 2, dash: [6, 4] },
    reference: { width: 7 },
    gpu: { width: 2, dash: [7, 5] },
    difference: { width: 1.5 },
    tolerance: { width: 1.5, dash: [2, 4], spanGaps: true },
  };
  const WHOLE_STEPS = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
  const HINT = matchMedia('(hover: hover)').matches
    ? 'Point at a curve to read an epoch; drag to zoom, double-click to see all.'
    : 'Tap a curve to read an epoch.';
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const color = (name) => () => style(`--${name}`);
  const font = () => `12px ${style('--sans')}`;

  function series({ look }) {
    const isMarked = epochs.length === 1 || (look === 'difference' && epochs.length <= 100);
    const size = LOOKS[look].width < 7 ? 5 : 12;
    return {
      stroke: color(look),
      pxAlign: 0,
      points: { show: isMarked, size, fill: color(look), stroke: color(look) },
      ...LOOKS[look],
    };
  }

  function range(scale, min, max) {
    if (min === null || max === null) return [0, 1];
    if (scale === 'decades') return [Math.floor(min), Math.max(Math.ceil(max), Math.floor(min) + 1)];
    if (scale === 'zero') return [0, (max || 1) * 1.06];
    const room = (max - min || Math.abs(max) || 1) * 0.06;
    return [min - room, max + room];
  }

  function powers(min, max) {
    const step = Math.ceil((max - min) / 6);
    return Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, i) => min + i * step);
  }

  /** A whole power of ten as on a printed axis. */
  function powerText(exponent) {
    return `10${Array.from(String(exponent), (sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[sign])).join('')}`;
  }

  function axis() {
    const rule = { stroke: color('rule'), width: 1 };
    return { stroke: color('muted'), font: font(), gap: 6, grid: rule, ticks: { ...rule, size: 4 } };
  }

  /** Where early stopping found the best epoch. */
  function markBest(plot, label) {
    if (!best || epochs.length < 2) return;
    const { ctx, bbox } = plot;
    const x = Math.round(plot.valToPos(best, 'x', true));
    const ratio = plot.pxRatio ?? window.devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = style('--muted');
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.font = `${11 * ratio}px ${style('--sans')}`;
    const isLeft = x > bbox.left + bbox.width / 2;
    ctx.textAlign = isLeft ? 'right' : 'left';
    ctx.fillText(
      `best epoch, ${best}`,
      x + (isLeft ? -5 : 5) * ratio,
      bbox.top + (label === 'top' ? 12 * ratio : bbox.height - 8 * ratio),
    );
    ctx.restore();
  }

  function options(chart, width, readout) {
    const isLog = chart.scale === 'decades';
    const label = (epoch) => (epoch >= 1 && epoch <= last ? String(epoch) : '');
    return {
      width,
      height: isLog ? 190 : 270,
      // The last epoch's label is centred under the right edge.
      padding: [8, 8 + 4 * String(last).length, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 8 }, sync: { key: 'epoch' } },
      series: [{}, ...chart.lines.map(series)],
      scales: {
        x: { time: false, ...(epochs.length === 1 && { range: [0, 2] }) },
        y: { range: (_, min, max) => range(chart.scale, min, max) },
      },
      axes: [
        {
          ...axis(),
          incrs: WHOLE_STEPS,
          space: 60,
          values: (_, splits) => splits.map(label),
          size: 26,
          label: 'Epoch',
          labelSize: 18,
          labelFont: font(),
        },
        {
          ...axis(),
          size: 56,
          space: 40,
          ...(isLog && {
            splits: (_, __, min, max) => powers(min, max),
            values: (_, splits) => splits.map(powerText),
          }),
        },
      ],
      hooks: {
        draw: isLog ? [] : [(plot) => markBest(plot, chart.label)],
        setCursor: [({ cursor }) => (readout.textContent = readoutText(chart, cursor.idx))],
      },
    };
  }

  function readoutText({ scale, lines }, index) {
    if (index === null || index === undefined) return HINT;
    const texts = lines
      .filter(({ look, values }) => look !== 'tolerance' && values[index] !== null)
      .map(({ name, values }) => {
        const value = values[index];
        return `${name} ${scale === 'decades' ? (10 ** value).toExponential(1) : String(Number(value.toPrecision(6)))}`;
      });
    return [`Epoch ${epochs[index]}`, ...texts].join(' · ');
  }

  const plots = charts.map((chart) => {
    const place = document.getElementById(chart.id);
    const readout = document.getElementById(`${chart.id}-readout`);
    readout.textContent = HINT;
    const data = [epochs, ...chart.lines.map(({ values }) => values)];
    return new uPlot(options(chart, place.clientWidth, readout), data, place);
  });

  const fit = () => {
    for (const plot of plots) {
      const { clientWidth } = plot.root.parentElement;
      if (clientWidth > 0 && clientWidth !== plot.width) plot.setSize({ width: clientWidth, height: plot.height });
    }
  };
  const redraw = () => {
    fit();
    for (const plot of plots) plot.redraw(false);
  };
  new ResizeObserver(fit).observe(document.querySelector('main'));
  for (const query of ['(prefers-color-scheme: dark)', 'print']) matchMedia(query).addEventListener('change', redraw);
  document.documentElement.dataset.charts = 'drawn';
})();
