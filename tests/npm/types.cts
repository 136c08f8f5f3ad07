// The same for those who `require`.

import keys = require('descope-keys');

export const errors: number = keys.check('').summary.errors;
