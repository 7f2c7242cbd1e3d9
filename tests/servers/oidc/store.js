// The adapter of oidc-provider: clients are what tests have added, all else lives in `state.issued`.
import { state } from './state.js';

export class Store {
  constructor(model) {
    this.model = model;
  }

  get rows() {
    return (state.issued[this.model] ??= {});
  }

  async upsert(id, payload) {
    this.rows[id] = payload;
  }

  async find(id) {
    return this.model === 'Client' ? state.clients[id]?.metadata : this.rows[id];
  }

  async findByUserCode(userCode) {
    return Object.values(this.rows).find((row) => row.userCode === userCode);
  }

  async findByUid(uid) {
    return Object.values(this.rows).find((row) => row.uid === uid);
  }

  async consume(id) {
    this.rows[id].consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    delete this.rows[id];
  }

  async revokeByGrantId(grantId) {
    this.remove((row) => row.grantId === grantId);
  }

  remove(matches) {
    for (const [id, row] of Object.entries(this.rows)) {
      if (matches(row)) delete this.rows[id];
    }
  }
}
