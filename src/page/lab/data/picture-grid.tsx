/** Some of the pictures, small, with what they are labelled. */
import { useEffect, useRef } from 'preact/hooks';
import type { PictureFacts } from './facts.js';

export function PictureGrid({ pictures }: { pictures: PictureFacts }) {
  const { height, width, channels, pixels, labels } = pictures;
  const size = height * width * channels;
  const count = Math.floor(pixels.length / size);
  return (
    <ul class="picture-grid" aria-label="Some of the pictures">
      {Array.from({ length: count }, (_, i) => (
        <li key={i}>
          <Picture {...{ height, width, channels }} pixels={pixels.subarray(i * size, (i + 1) * size)} />
          <span>{labels[i]}</span>
        </li>
      ))}
    </ul>
  );
}

type PictureProps = Omit<PictureFacts, 'labels'>;

function Picture({ height, width, channels, pixels }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const image = context.createImageData(width, height);
    for (let p = 0; p < width * height; p++) {
      for (let c = 0; c < 3; c++) image.data[4 * p + c] = pixels[p * channels + (channels === 3 ? c : 0)]!;
      image.data[4 * p + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [height, width, channels, pixels]);
  return <canvas ref={canvas} width={width} height={height} aria-hidden="true" />;
}
