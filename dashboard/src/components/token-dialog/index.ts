// SPDX-License-Identifier: PostgreSQL
// Asks for the token that writing needs.
//
//   const token = await askToken();   null: the reader gave none
import { h } from '../../lib/dom';
import { t, tr } from '../../lib/i18n';
import type { ApiError } from '../../lib/api';
import { formDialog } from '../form-dialog';

export function askToken(error: ApiError | null = null): Promise<string | null> {
  return new Promise((resolve) => {
    let token: string | null = null;
    formDialog({
      title: t('token.title'),
      lead: error
        ? [error.message, error.hint ? `: ${error.hint}` : '']
        : tr('token.lead', { name: h('code', {}, 'API_TOKEN') }),
      fields: [
        { parameter: 'token', label: t('token.label'), type: 'password', required: true, hint: t('token.hint') },
      ],
      action: t('token.use'),
      submit: (values) => {
        token = String(values['token']);
        return Promise.resolve(token !== '');
      },
      closed: (done) => resolve(done ? token : null),
    });
  });
}
