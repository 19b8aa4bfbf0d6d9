import { Api, keyWordsOf, wordsOf } from './api.js';
import { Board } from './board.js';
import { byId } from './dom.js';
import { KeyForm } from './key-form.js';
import { anyEvent } from './questions.js';

// This file stands two folders below the page, wherever a proxy has put that.
const PAGE = new URL('../../', import.meta.url);
const pathOf = (name) => document.querySelector(`meta[name=${name}-path]`).content;
const QUERY = new URL(`${pathOf('query')}/`, PAGE);
const EVENTS = new URL(pathOf('events'), PAGE);

const board = new Board(EVENTS, refuse);
const keyForm = new KeyForm(open);

/** Asks nothing but whether the key may read, and shows the page if so. */
async function open(key) {
  const api = new Api(QUERY, key);
  try {
    const { result } = await api.query(anyEvent());
    keyForm.accept(key);
    board.open(api, result.length === 0);
  } catch (error) {
    refuse(error);
  }
}

function refuse(error) {
  board.close();
  if (error.isOfKey) keyForm.forget();
  keyForm.ask(error.isOfKey ? keyWordsOf(error) : wordsOf(error));
}

// Loads the page anew, so that nothing of what was shown is left in it.
byId('forget').addEventListener('click', () => {
  keyForm.forget();
  location.reload();
});

if (keyForm.kept === undefined) keyForm.ask();
else void open(keyForm.kept);
