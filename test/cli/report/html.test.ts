import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountLink } from '../../../infra/cli/report/accounts.ts';
import { html } from '../../../infra/cli/report/html.ts';
import { cleaned } from '../../../infra/cli/terminal/clean.ts';

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'<>&"\'=/\n\u202e\u2066'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('html', () => {
  it('lets no value out of its text or its attribute, whatever the value is', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const { text } = html`<p title="${value}">${value}</p>`;
        const [, inAttribute, inText] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(text) ?? [];
        expect([unescaped(inAttribute), unescaped(inText)]).toEqual([cleaned(value), cleaned(value)]);
      }),
    );
  });

  it('prints markup as it is, lists without commas, and nothing for what is not there', () => {
    const items = ['a', 'b<'].map((item) => html`<li>${item}</li>`);
    expect(html`<ol>${items}${undefined}</ol>${0}`.text).toBe('<ol><li>a</li><li>b&lt;</li></ol>0');
  });
});

describe('cleaned', () => {
  it('leaves no control character, no bidirectional control, no line separator and no half of a pair', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect(cleaned(value)).not.toMatch(
          /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u,
        );
      }),
    );
  });

  it('keeps joined emoji, and scripts from right to left', () => {
    expect(cleaned('👩‍👩‍👧 نور می‌خواهم')).toBe('👩‍👩‍👧 نور می‌خواهم');
  });
});

describe('accountLink', () => {
  it('leads to the profile by id, and gives it no hold on this page', () => {
    expect(accountLink('123', 'zoe', 'Zoë').text).toBe(
      '<a href="https://x.com/i/user/123" rel="noopener noreferrer"><bdi>Zoë</bdi> <span class="handle">@zoe</span></a>',
    );
  });

  it('makes no link of an id that is no number', () => {
    expect(accountLink('1/../../evil', 'zoe').text).not.toContain('href');
    expect(accountLink(null, 'zoe').text).toBe('<span class="handle">@zoe</span>');
  });

  it('shows the username alone where nothing is left of the name', () => {
    expect(accountLink('123', 'zoe', '\u202e\u0000 ').text).not.toContain('bdi');
  });
});

const unescaped = (text = ''): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
