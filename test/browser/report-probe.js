// Runs inside the page (as an expression, which a Content-Security-Policy does not stop): what a reader gets to see.
(() => {
  // What is folded up has to be readable too.
  for (const details of document.querySelectorAll('details')) details.open = true;

  const seen = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const rgb = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const isOpaque = (color) => rgb(color).length === 3 || rgb(color)[3] > 0;

  function backgroundOf(element) {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (isOpaque(backgroundColor)) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  }

  // https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
  function luminance(color) {
    const [r, g, b] = rgb(color).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function contrast(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  const all = [...document.querySelectorAll('body *')].filter(seen);
  const texts = all
    .filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''),
    )
    .map((element) => {
      const style = getComputedStyle(element);
      const inChart = element.ownerSVGElement !== null && element.ownerSVGElement !== undefined;
      return {
        text: element.textContent.slice(0, 40),
        inChart,
        // Letters of a chart shrink and grow with it.
        pixels: Number.parseFloat(style.fontSize) * (inChart ? element.getScreenCTM().a : 1),
        contrast: contrast(inChart ? style.fill : style.color, backgroundOf(element)),
      };
    });
  const charts = [...document.querySelectorAll('svg')].filter(seen).map((svg) => {
    const marks = [...svg.querySelectorAll('.role-mark path')].filter((mark) => {
      const { width, height } = mark.getBoundingClientRect();
      return width + height > 1;
    });
    return {
      name: svg.getAttribute('aria-label'),
      width: svg.getBoundingClientRect().width,
      marks: marks.length,
      contrast: Math.min(
        ...marks.map((mark) => {
          const { fill, stroke } = getComputedStyle(mark);
          return contrast(fill === 'none' ? stroke : fill, backgroundOf(svg));
        }),
      ),
    };
  });
  return {
    texts,
    charts,
    pageWidth: document.scrollingElement.scrollWidth,
    windowWidth: innerWidth,
    tooWide: all
      .filter(
        (element) =>
          element.closest('.scroll') === null && element.getBoundingClientRect().right > innerWidth + 0.5,
      )
      .map((element) => element.outerHTML.slice(0, 80)),
    scrollsWithoutKeyboard: all.filter(
      (element) =>
        element.scrollWidth > element.clientWidth + 1 &&
        getComputedStyle(element).overflowX === 'auto' &&
        element.tabIndex < 0,
    ).length,
    headings: [...document.querySelectorAll('h1, h2, h3')]
      .filter(seen)
      .map(({ tagName }) => Number(tagName[1])),
    landmarks: ['header', 'main', 'footer', 'section[aria-labelledby]'].map(
      (one) => document.querySelectorAll(one).length,
    ),
    names: [...document.querySelectorAll('bdi')].map((name) => name.textContent),
    handlers: [...document.querySelectorAll('*')]
      .flatMap((element) => element.getAttributeNames())
      .filter((name) => name.startsWith('on')),
    scripts: document.scripts.length,
    hints: [...document.querySelectorAll('.hint')].map((hint) => [
      seen(hint),
      hint.nextElementSibling.scrollWidth > hint.nextElementSibling.clientWidth + 1,
    ]),
  };
})();
