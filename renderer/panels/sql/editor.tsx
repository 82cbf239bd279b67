/** The editor: SQL with the tables and columns of the case to complete from. Loaded when the panel is first shown. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { PostgreSQL, type SQLNamespace, sql } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type ReactNode, useEffect, useImperativeHandle, useRef } from 'react';
import type { Result } from '../../../shared/protocol';
import { styleNonce } from '../../ui/nonce';

export type Tables = Result<'query.tables'>['tables'];

export interface EditorHandle {
  readonly focus: () => void;
}

export interface EditorProps {
  readonly text: string;
  readonly tables: Tables;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly ref: React.Ref<EditorHandle>;
}

/** Weight and one hue: colour means domain, severity or selection everywhere else. */
const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--selected-line)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--text)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--text)', fontWeight: '600' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--text-faint)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--text-label)', fontWeight: '600' },
  { tag: [tags.operator, tags.punctuation, tags.separator], color: 'var(--text-label)' },
]);

const LOOK = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--sunken)', fontSize: '12px' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace', lineHeight: '18px' },
  '.cm-content': { caretColor: 'var(--text)', padding: '6px 0' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--text-faint)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-placeholder': { color: 'var(--text-faint)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selected)',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--pressed)',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line-strong)',
    boxShadow: 'var(--shadow)',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--selected)',
    color: 'var(--text)',
  },
  '.cm-completionDetail': { color: 'var(--text-label)', fontStyle: 'normal' },
  '.cm-completionInfo': { maxWidth: '320px', fontFamily: '"Inter Variable", sans-serif' },
});

function languageOf(tables: Tables): ReturnType<typeof sql> {
  const schema: Record<string, SQLNamespace> = {};
  for (const table of tables) {
    schema[table.name] = {
      self: { label: table.name, type: 'type', info: table.help },
      children: table.columns.map(({ name, type, help }) => ({
        label: name,
        type: 'property',
        detail: type,
        ...(help === '' ? {} : { info: help }),
      })),
    };
  }
  return sql({ dialect: PostgreSQL, schema, defaultTable: 'event_view', upperCaseKeywords: true });
}

/**
 * Typing over a selection, done here: the browser's own way keeps the look of what it replaces in a style attribute,
 * which the window's policy forbids and reports.
 */
function typeOver(event: InputEvent, view: EditorView): boolean {
  const { main } = view.state.selection;
  const text = event.data;
  if (event.inputType !== 'insertText' || text === null || main.empty || view.composing) return false;
  event.preventDefault();
  const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type' });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, main.from, main.to, text, insert))) view.dispatch(insert());
  return true;
}

export function Editor({ text, tables, onChange, onRun, ref }: EditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const latest = useRef({ onChange, onRun, text });
  latest.current = { onChange, onRun, text };
  useEffect(() => {
    if (host.current === null) return;
    const nonce = styleNonce();
    const run = (editor: EditorView): boolean => {
      // What comes of it stands below: nothing may lie over it.
      closeCompletion(editor);
      latest.current.onRun();
      return true;
    };
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          ...(nonce === undefined ? [] : [EditorView.cspNonce.of(nonce)]),
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          syntaxHighlighting(HIGHLIGHT),
          language.current.of(languageOf([])),
          placeholder('SELECT … FROM event_view'),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({
            'aria-label': 'SQL',
            spellcheck: 'false',
            'data-focus-first': '',
            tabindex: '0',
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          EditorView.domEventHandlers({ beforeinput: typeOver }),
          LOOK,
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);
  useEffect(() => {
    view.current?.dispatch({ effects: language.current.reconfigure(languageOf(tables)) });
  }, [tables]);
  // Another text from outside (the history, a saved view) takes the place of what is there.
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useImperativeHandle(ref, () => ({ focus: () => view.current?.focus() }), []);
  return <div ref={host} className="sql-editor" />;
}
