// The rows of a tally, by IP version.

import { Row4, Row6 } from './row';
import { Rows } from './rows';

export const rows4: Rows<Row4> = new Rows<Row4>().open();
export const rows6: Rows<Row6> = new Rows<Row6>().open();
