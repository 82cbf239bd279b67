/** Encodings: tables and places beside Python's codecs, the guess on texts of twenty languages, choices at import. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeCodePage, ENCODINGS, type Encoding, encodingNamed, isCodePage } from '../../shared/encodings';
import type { ImportOptions } from '../../shared/evidence';
import { guessEncoding } from './encoding';
import { importSegment } from './import';
import { formatLibrary } from './library-of-formats';
import { LinesSplitter } from './readers/lines';
import type { RecordSink } from './readers/reader';
import { bytesPerUnit, makeTranscoder } from './transcode';

const PYTHON: Partial<Record<Encoding, string>> = {
  'windows-874': 'cp874',
  gb18030: 'gb18030',
  shift_jis: 'cp932',
  'euc-kr': 'cp949',
  'utf-16le': 'utf-16-le',
  'utf-16be': 'utf-16-be',
  macintosh: 'mac_roman',
};
const codec = (encoding: Encoding): string =>
  PYTHON[encoding] ?? encoding.replace('windows-', 'cp').replace('ibm', 'cp');

/** Words of messages by language, with the encodings that hold them. */
const LANGUAGES: ReadonlyArray<readonly [text: string, encodings: readonly Encoding[]]> = [
  [
    'Anmeldung von Müller fehlgeschlagen: Schlüssel ungültig, Gerät für Außenstelle Köln gesperrt',
    ['windows-1252', 'ibm850', 'macintosh'],
  ],
  [
    'Échec de la connexion: clé expirée, accès refusé à l’équipement côté réseau',
    ['windows-1252', 'macintosh'],
  ],
  [
    'Conexión rechazada: contraseña inválida del señor Muñoz, sesión terminó mañana',
    ['windows-1252', 'ibm850'],
  ],
  [
    'Anslutning från växel i Malmö stängd: lösenord för gammalt, åtgärd krävs',
    ['windows-1252', 'ibm850', 'macintosh'],
  ],
  [
    'Błąd połączenia: użytkownik żądał dostępu do urządzenia, hasło wygasło, próba odrzucona',
    ['windows-1250', 'iso-8859-2', 'ibm852'],
  ],
  [
    'Přihlášení uživatele selhalo: heslo vypršelo, zařízení není dostupné, příště zkuste znovu',
    ['windows-1250', 'iso-8859-2', 'ibm852'],
  ],
  [
    'Bejelentkezés sikertelen: a jelszó lejárt, a felhasználó számára tiltott művelet történt',
    ['windows-1250', 'ibm852'],
  ],
  [
    'Ошибка подключения пользователя: неверный пароль, доступ к устройству запрещён, журнал переполнен',
    ['windows-1251', 'koi8-r', 'ibm866', 'iso-8859-5'],
  ],
  [
    'Помилка підключення користувача: невірний пароль, доступ до пристрою заборонено її власником',
    ['windows-1251', 'koi8-u'],
  ],
  [
    'Αποτυχία σύνδεσης χρήστη: λάθος κωδικός, η πρόσβαση στη συσκευή απορρίφθηκε',
    ['windows-1253', 'iso-8859-7'],
  ],
  [
    'Bağlantı başarısız: kullanıcı şifresi yanlış, aygıta erişim engellendi, ışık söndü',
    ['windows-1254', 'ibm857'],
  ],
  [
    'Prisijungimas nepavyko: naudotojo slaptažodis pasibaigė, įrenginys užblokuotas šį rytą',
    ['windows-1257'],
  ],
  ['התחברות המשתמש נכשלה: הסיסמה שגויה והגישה להתקן נדחתה', ['windows-1255']],
  ['فشل تسجيل دخول المستخدم: كلمة المرور غير صحيحة والوصول إلى الجهاز مرفوض', ['windows-1256']],
  ['การเข้าสู่ระบบล้มเหลว: รหัสผ่านไม่ถูกต้อง อุปกรณ์ถูกปิดใช้งาน', ['windows-874']],
  [
    'ユーザーのログオンに失敗しました: パスワードが正しくありません。装置への接続は拒否されました',
    ['shift_jis', 'euc-jp'],
  ],
  ['用户登录失败：密码不正确，设备访问被拒绝，请联系系统管理员处理', ['gb18030']],
  ['使用者登入失敗：密碼不正確，裝置存取遭到拒絕，請聯絡系統管理員', ['big5']],
  ['사용자 로그온 실패: 암호가 올바르지 않으며 장치에 대한 접근이 거부되었습니다', ['euc-kr']],
];

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Bytes of texts in encodings, as Python writes them. */
function encode(items: ReadonlyArray<readonly [text: string, encoding: Encoding]>): Buffer[] {
  const script =
    'import json,sys\nprint(json.dumps([t.replace("’","\'").encode(c).hex() if c in ("mac_roman",) else t.encode(c).hex() for t,c in json.load(sys.stdin)]))';
  const input = JSON.stringify(items.map(([text, encoding]) => [text, codec(encoding)]));
  const { stdout, stderr } = spawnSync('python3', ['-c', script], { input, maxBuffer: 1 << 28 });
  if (stderr.length > 0) throw new Error(stderr.toString());
  const hex: string[] = JSON.parse(stdout.toString());
  return hex.map((one) => Buffer.from(one, 'hex'));
}

const line = (text: string, index: number): string =>
  `2026-03-04 05:06:0${index % 10} host${index} app[${index}]: ${text}\r\n`;
const log = (text: string, lines: number): string =>
  Array.from({ length: lines }, (_, index) => line(index % 2 ? 'started in 5 ms' : text, index)).join('');

describe.skipIf(!hasPython)('beside python3', () => {
  test('code pages are what their tables say', () => {
    const script =
      'import json,sys\nprint(json.dumps([[bytes([b]).decode(c,"replace") for b in range(256)] for c in json.load(sys.stdin)]))';
    const pages = ENCODINGS.filter(isCodePage);
    const { stdout } = spawnSync('python3', ['-c', script], { input: JSON.stringify(pages.map(codec)) });
    const tables: string[][] = JSON.parse(stdout.toString());
    expect(pages.length).toBeGreaterThan(30);
    for (const [index, page] of pages.entries()) {
      const ours = [...Array(256).keys()].map((byte) => decodeCodePage(Uint8Array.of(byte), page));
      expect([page, ours.join('')]).toEqual([page, tables[index]?.join('')]);
    }
  });

  test('every character leads back to its bytes, however the stream is cut', () => {
    const items = LANGUAGES.flatMap(([text, encodings]) =>
      [...encodings, 'utf-16le' as const, 'utf-16be' as const].map((encoding): [string, Encoding] => [
        log(text, 30),
        encoding,
      ]),
    );
    items.push([log('ひらがな、漢字、ｶﾀｶﾅ、𠮟る', 30), 'gb18030'], [log('\u20ac 𠮟 😀', 30), 'utf-16le']);
    const encoded = encode(items);
    for (const [index, [text, encoding]] of items.entries()) {
      const bytes = encoded[index] ?? Buffer.alloc(0);
      for (const step of [1, 7, 1000]) {
        const found: Array<[string, string]> = [];
        const sink: RecordSink = {
          record(window, from, to) {
            const start = window.original(from);
            const slice = bytes.subarray(start, window.original(to));
            const again = makeTranscoder(encoding);
            const parts = again ? [Buffer.from(again.push(slice)), again.finish()] : [slice];
            found.push([
              Buffer.from(window.bytes.subarray(from, to)).toString(),
              Buffer.concat(parts).toString(),
            ]);
          },
          made: () => undefined,
          reject: () => undefined,
        };
        const settings = { sink, originalStart: 0, unitBytes: bytesPerUnit(encoding) };
        const splitter = new LinesSplitter({ ...settings, newline: 'lf', indented: false, starts: [] });
        const transcoder = makeTranscoder(encoding);
        for (let at = 0; at < bytes.length; at += step) {
          const chunk = transcoder?.push(bytes.subarray(at, at + step));
          if (chunk) splitter.push(chunk, transcoder?.widths);
        }
        splitter.push(transcoder?.finish() ?? new Uint8Array(0), transcoder?.widths);
        splitter.end();
        expect(splitter.checkBooks()).toBeNull();
        expect(transcoder?.replaced).toBe(0);
        const wanted = text
          .replaceAll('’', encoding === 'macintosh' ? "'" : '’')
          .split('\r\n')
          .slice(0, -1);
        expect(found).toEqual(wanted.map((one) => [one, one]));
      }
    }
  });

  test('the guess on texts of twenty languages', () => {
    const items = LANGUAGES.flatMap(([text, encodings]) =>
      encodings.map((encoding): [string, Encoding] => [log(text, 20), encoding]),
    );
    const encoded = encode(items);
    const wrong = items.flatMap(([text, encoding], index) => {
      const bytes = encoded[index] ?? Buffer.alloc(0);
      const { encoding: guessed, source } = guessEncoding(bytes);
      const decode = (one: Encoding) => {
        const transcoder = makeTranscoder(one);
        return Buffer.from(transcoder?.push(bytes) ?? bytes).toString();
      };
      // Encodings that differ in no character of the text are as good as each other.
      return decode(guessed) === decode(encoding)
        ? []
        : [`${encoding} as ${guessed} (${source}): ${text.slice(30, 70)}`];
    });
    expect(wrong).toEqual([]);
  });

  test('UTF-16 without a mark, whatever the script; UTF-8 stays UTF-8', () => {
    const items = LANGUAGES.flatMap(([text]) =>
      (['utf-16le', 'utf-16be', 'utf-8'] as const).map((encoding): [string, Encoding] => [
        log(text, 4),
        encoding,
      ]),
    );
    for (const [index, bytes] of encode(items).entries())
      expect(guessEncoding(bytes).encoding).toBe(items[index]?.[1]);
  });
});

describe('encodings at import', () => {
  let folder: string;
  let imports = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-encoding-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function importBytes(bytes: Buffer, options: ImportOptions) {
    const stagingFolder = join(folder, `staging-${imports++}`);
    mkdirSync(stagingFolder);
    const path = join(folder, `log-${imports}.csv`);
    writeFileSync(path, bytes);
    const { segment } = await importSegment(
      {
        jobId: 'test',
        stagingFolder,
        files: [{ evidenceId: 1, path, name: '', options }],
        known: [],
        copy: false,
        memoryLimitMb: 512,
        threads: 1,
        importerVersion: 'test',
      },
      formatLibrary,
      { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) },
    );
    return segment.evidences[0];
  }

  test('a guess is told, a choice is taken, invalid bytes are counted', async () => {
    const rows = [1, 2, 3]
      .map((row) => `2026-03-04 05:06:0${row};Tür ${row};Schlüssel ungültig\r\n`)
      .join('');
    const bytes = Buffer.from(`Zeit;Tür;Meldung\r\n${rows}`, 'latin1');
    const guessed = await importBytes(bytes, {});
    expect(guessed).toMatchObject({
      encoding: 'windows-1252',
      replacements: 0,
      sourceColumns: ['Zeit', 'Tür', 'Meldung'],
    });
    expect(guessed?.notes.join()).toContain('a guess');
    const asked = await importBytes(bytes, { encoding: 'windows-1251' });
    expect(asked).toMatchObject({ encoding: 'windows-1251', sourceColumns: ['Zeit', 'Tьr', 'Meldung'] });
    expect(asked?.notes.join()).not.toContain('a guess');
    const greek = await importBytes(
      Buffer.concat([bytes, Buffer.from([0x61, 0xd2, 0x3b, 0xd2, 0x3b, 0x0a])]),
      { encoding: 'windows-1253' },
    );
    expect(greek).toMatchObject({ replacements: 2, row: { records: 4 } });
  });

  test('halves of surrogate pairs are still UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from('node '),
      Buffer.from([0xed, 0xb9, 0xa4]),
      Buffer.from(' end\n'),
    ]);
    expect(guessEncoding(bytes)).toMatchObject({ encoding: 'utf-8', valid: false });
  });

  test('a few bad bytes leave UTF-8 what it is, and are counted', async () => {
    const bytes = Buffer.concat([
      Buffer.from('time,host,message\n2024-01-02 03:04:05,a,für ä\n2024-01-02 03:04:06,b,bad '),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from('2024-01-02 03:04:07,c,overlong '),
      Buffer.from([0xc0, 0xaf, 0xc0, 0xaf, 0x0a]),
    ]);
    expect(guessEncoding(bytes)).toMatchObject({ encoding: 'utf-8', valid: false, source: 'bytes' });
    const entry = await importBytes(bytes, {});
    expect(entry).toMatchObject({ encoding: 'utf-8', row: { records: 3 } });
    expect(entry?.notes.join()).toContain('invalid byte sequences');
  });

  test('names as people write them', () => {
    const names = [
      'CP1251',
      'Latin-1',
      'sjis',
      'oem850',
      'UTF8',
      'GBK',
      'Windows 1250',
      'ISO_8859-2',
      'cp932',
      'utf-7',
      '1251',
    ];
    expect(names.map(encodingNamed)).toEqual([
      'windows-1251',
      'windows-1252',
      'shift_jis',
      'ibm850',
      'utf-8',
      'gb18030',
      'windows-1250',
      'iso-8859-2',
      'shift_jis',
      null,
      null,
    ]);
  });
});
