import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { html, type Markup, trusted } from './html.ts';

export interface Size {
  /** Of the whole drawing, in CSS pixels: at this width its letters have their size. */
  width: number;
  height: number;
}

/**
 * Colours are names of CSS variables: so one drawing serves light and dark. Letters are counted wide here, since
 * there is no canvas to measure them, and take the page's font there.
 */
const CONFIG = {
  background: 'transparent',
  autosize: { type: 'fit', contains: 'padding' },
  padding: { left: 2, right: 2, top: 8, bottom: 2 },
  aria: false,
  view: { stroke: null },
  axis: {
    labelColor: 'var(--muted)',
    labelFontSize: 12,
    labelPadding: 6,
    gridColor: 'var(--rule)',
    domain: false,
    ticks: false,
  },
  axisX: { grid: false },
} as const;

/** Draws a specification without a browser and without a network; `alt` says the same in words. */
export async function svgOf(spec: TopLevelSpec, alt: string): Promise<Markup> {
  const { spec: vega } = compile(spec, { config: CONFIG });
  const svg = await new View(parse(vega), { renderer: 'none' }).toSVG();
  return html`<svg role="img" aria-label="${alt}" ${trusted(svg.slice('<svg '.length))}`;
}
