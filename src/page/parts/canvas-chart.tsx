/**
 * A drawing on a canvas that follows the width of its place, the dots of the screen and the colours of the page, says in words what it
 * shows, and can be saved as a picture. What is drawn is the caller's.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { onColorsChange, openPalette, type Palette } from './colors.js';
import { pictureOf } from './picture-file.js';
import { fileNameOf, saveCanvas } from './save-file.js';
import './canvas-chart.css';

export interface Size {
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Draws on an empty canvas, in CSS pixels. */
export type Paint = (context: CanvasRenderingContext2D, size: Size, palette: Palette) => void;

export interface CanvasChartProps {
  /** Of the picture and its file. */
  readonly title: string;
  /** What it shows now, in sentences. */
  readonly summary: string;
  /** It is drawn anew whenever this is another function. */
  readonly paint: Paint;
  /** Its height where it may be so wide; it may be narrower, too. */
  readonly sizeIn: (width: number) => Size;
  /** Beside the button that saves it. */
  readonly children?: ComponentChildren;
}

/** Where nothing else is asked for: the widest that a picture is saved. */
const PICTURE_WIDTH = 720;
const PICTURE_SCALE = 2;

export function CanvasChart({ title, summary, paint, sizeIn, children }: CanvasChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = useRef<Palette>(undefined);
  const draw = useRef(() => {});
  draw.current = () => {
    const width = place.current?.clientWidth ?? 0;
    if (width === 0) return;
    const size = sizeIn(width);
    palette.current ??= openPalette();
    paintOn(canvas.current!, paint, size, devicePixelRatio, palette.current);
    canvas.current!.style.width = `${size.width}px`;
    canvas.current!.style.height = `${size.height}px`;
  };
  useEffect(() => {
    const sizes = new ResizeObserver(() => draw.current());
    sizes.observe(place.current!);
    const end = onColorsChange(() => {
      palette.current = undefined;
      draw.current();
    });
    return () => {
      sizes.disconnect();
      end();
    };
  }, []);
  useLayoutEffect(() => draw.current(), [paint, sizeIn]);
  return (
    <div class="canvas-chart">
      <div ref={place}>
        <canvas ref={canvas} role="img" aria-label={summary} />
      </div>
      <div class="buttons small-buttons">
        <button type="button" class="quiet" onClick={() => savePainted(title, paint, sizeIn)}>
          Save as PNG
        </button>
        {children}
      </div>
    </div>
  );
}

/** Draws it in the light scheme, with its title, and hands it to the downloads. */
export function savePainted(title: string, paint: Paint, sizeIn: (width: number) => Size): void {
  const size = sizeIn(PICTURE_WIDTH);
  const drawing = document.createElement('canvas');
  paintOn(drawing, paint, size, PICTURE_SCALE, openPalette('light'));
  const sections = [{ drawing, width: size.width, height: size.height }];
  void saveCanvas(fileNameOf(title, 'png'), pictureOf(title, sections, PICTURE_SCALE));
}

function paintOn(canvas: HTMLCanvasElement, paint: Paint, size: Size, scale: number, palette: Palette): void {
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.save();
  paint(context, size, palette);
  context.restore();
}
