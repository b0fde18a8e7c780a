// Reads an unquoted YAML value like PyYAML, and so papermill's `-f`, by YAML 1.1. A value that looks like something else is
// refused.
import { jsonOfText } from '@mymlops/protocol';
import { INFINITY, jsonOfFloat, jsonOfNumber } from './number';
import { ValueFault } from './value-fault';

const TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const DECIMAL = /^[-+]?(?:0|[1-9][0-9_]*)$/;
const BASED = /^([-+]?)(0b[0-1_]*[0-1][0-1_]*|0x[\dA-Fa-f_]*[\dA-Fa-f][\dA-Fa-f_]*)$/;
const OCTAL = /^[-+]?0[0-7_]+$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?$/;
const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;

/** @throws ValueFault */
export function jsonOfPlain(text: string): string {
  if (TRUE.test(text)) return 'true';
  if (FALSE.test(text)) return 'false';
  if (NULL.test(text)) return 'null';
  if (DECIMAL.test(text)) return jsonOfNumber(text.replaceAll('_', '')) ?? '0';
  // `-.5` is text in YAML 1.1: only a number that begins with a digit may have a sign.
  if (FLOAT.test(text) && !/^[-+]\./.test(text)) return jsonOfFloat(text);
  const [, sign, based] = BASED.exec(text) ?? [];
  if (based) return jsonOfNumber(`${sign}${BigInt(based.replaceAll('_', ''))}`) ?? '0';
  const infinite = INFINITE.exec(text);
  if (infinite) return `${infinite[1] === '-' ? '-' : ''}${INFINITY}`;
  if (NAN.test(text)) throw new ValueFault('JSON has no nan');
  if (OCTAL.test(text)) throw new ValueFault(`${text} is octal in YAML 1.1 and decimal elsewhere: ${orQuotes(text)}`);
  if (BASE_60.test(text)) {
    throw new ValueFault(`${text} is a base 60 number in YAML 1.1: write "${text}" for text`);
  }
  return jsonOfPlainText(text);
}

/** Converts YAML text. Throws ValueFault if the same text would have another meaning with `-p`. */
function jsonOfPlainText(text: string): string {
  const meant = text === 'None' ? 'null' : jsonOfNumber(text);
  if (meant === undefined) return jsonOfText(text);
  const written = meant === INFINITY ? '.inf' : meant === `-${INFINITY}` ? '-.inf' : meant;
  throw new ValueFault(`${text} is text in YAML 1.1: write ${written}, or "${text}" for text`);
}

const orQuotes = (text: string): string => `write it without the leading zero, or "${text}" for text`;
