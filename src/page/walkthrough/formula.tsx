/**
 * A formula that was typeset when the page was built. Its HTML is the build's own. Styles come as `data-style`, since the
 * page's policy allows no style attributes, and are set here.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';

export function Formula({ html }: { readonly html: string }) {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    for (const one of root.current!.querySelectorAll<HTMLElement>('[data-style]')) {
      one.style.cssText = one.dataset['style']!;
    }
  }, [html]);
  return (
    <div
      ref={root}
      class="formula scroll"
      tabIndex={0}
      role="group"
      aria-label="Formula"
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}
