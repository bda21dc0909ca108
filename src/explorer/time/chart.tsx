import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { count } from '../words.ts';
import { type Line, STATIONS_DASH } from './lines.ts';

export type ChartProps = {
  /** In ms since the epoch, rising. */
  instants: number[];
  lines: Line[];
  stations: (number | null)[];
  /** When flags appeared. */
  flags: number[];
  /** Which instant is looked at. */
  chosen: number;
  choose: (at: number) => void;
  described: string;
};

const HEIGHT = 210;
const DARK = matchMedia('(prefers-color-scheme: dark)');

/** Votes and stations over time. What it shows is also in the text beside it. */
export function Chart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // What is drawn by hooks is read when it is drawn.
  const shown = useRef(props);
  shown.current = props;
  const [isDark, setDark] = useState(DARK.matches);
  useEffect(() => {
    const changed = () => setDark(DARK.matches);
    DARK.addEventListener('change', changed);
    return () => DARK.removeEventListener('change', changed);
  }, []);

  const { instants, lines, stations, flags, chosen, described } = props;
  const data = [instants.map((at) => at / 1000), stations, ...lines.map(({ values }) => values)] as uPlot.AlignedData;
  const styles = JSON.stringify(lines.map(({ key, color }) => [key, color]));
  useEffect(() => {
    const parent = box.current!;
    const made = new uPlot(optionsOf(parent, shown), data, parent);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height: HEIGHT }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [styles, isDark]);
  useEffect(() => plot.current?.setData(data), [instants, stations]);
  useEffect(() => plot.current?.redraw(false), [chosen, flags]);

  return <div class="chart" ref={box} role="img" aria-label={described} />;
}

const stepped = uPlot.paths.stepped!({ align: 1 });

function optionsOf(parent: HTMLElement, shown: { current: ChartProps }): uPlot.Options {
  const style = getComputedStyle(parent);
  const [ink, soft, line, notice, land] = ['--ink', '--soft', '--line', '--notice-ink', '--land'].map((name) =>
    style.getPropertyValue(name).trim(),
  ) as [string, string, string, string, string];
  const axis = {
    stroke: soft,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: `12px ${style.fontFamily}`,
  };
  // A count rests between two versions: it did not rise steadily.
  const series = { paths: stepped, points: { show: false }, width: 2 };
  return {
    width: parent.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: { votes: { range: fromNought }, stations: { range: fromNought } },
    axes: [
      { ...axis, values: clockTimes, space: 80, size: 28 },
      { ...axis, scale: 'votes', size: 58, values: (_plot, values) => values.map(short) },
      {
        ...axis,
        scale: 'stations',
        side: 1,
        size: 46,
        grid: { show: false },
        values: (_, values) => values.map(short),
      },
    ],
    series: [
      {},
      { ...series, scale: 'stations', stroke: soft, width: 1, dash: STATIONS_DASH, fill: land },
      ...shown.current.lines.map(({ color, dash }) => ({ ...series, scale: 'votes', stroke: color ?? ink, dash })),
    ],
    hooks: {
      draw: [(plot) => drawMarks(plot, shown.current, { ink, notice })],
      ready: [
        (plot) =>
          plot.over.addEventListener('click', () => {
            const { idx } = plot.cursor;
            if (idx != null) shown.current.choose(idx);
          }),
      ],
    },
  };
}

const fromNought = (_plot: uPlot, _least: number, most: number): uPlot.Range.MinMax => [0, Math.max(1, most * 1.05)];

const thousands = new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 });
const short = (value: number) => (value < 10_000 ? count(value) : thousands.format(value));

const hours = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const [DAY, QUARTER] = [86_400, 900];
const clockTimes = (_plot: uPlot, splits: number[]) => {
  const span = splits.at(-1)! - splits[0]!;
  const format = span > DAY ? days : span > QUARTER ? hours : seconds;
  return splits.map((at) => format.format(at * 1000));
};

/** A line at the moment that is looked at; a triangle where a flag appeared. */
function drawMarks(
  plot: uPlot,
  { instants, chosen, flags }: ChartProps,
  colors: { ink: string; notice: string },
): void {
  const { ctx, bbox } = plot;
  const where = (at: number) => plot.valToPos(at / 1000, 'x', true);
  ctx.save();
  ctx.setLineDash([]);
  const at = instants[chosen];
  if (at !== undefined) {
    ctx.strokeStyle = colors.ink;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(where(at), bbox.top);
    ctx.lineTo(where(at), bbox.top + bbox.height);
    ctx.stroke();
  }
  const size = 5 * devicePixelRatio;
  ctx.fillStyle = colors.notice;
  for (const flag of flags) {
    ctx.beginPath();
    ctx.moveTo(where(flag), bbox.top + 2 * size);
    ctx.lineTo(where(flag) - size, bbox.top);
    ctx.lineTo(where(flag) + size, bbox.top);
    ctx.fill();
  }
  ctx.restore();
}
