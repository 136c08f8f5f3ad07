//! Where keys are kept: one table, in memory or in a file, each change a transaction.

use std::path::Path;

use redb::backends::InMemoryBackend;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use crate::error::{ApiError, Error};
use crate::key::{Digest, StoredKey, new_id, number_of};

/// From id to a JSON document: a format that a later version can still read.
const KEYS: TableDefinition<&str, &[u8]> = TableDefinition::new("management_keys");

pub(crate) struct Store {
    database: Database,
}

impl Store {
    /// Opens the file, making it if there is none; keeps keys in memory without one.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Error> {
        let failed = |source: redb::Error| Error::State {
            path: file.unwrap_or(Path::new("(memory)")).to_owned(),
            source: Box::new(source),
        };
        let database = match file {
            Some(path) => Database::create(path),
            None => Database::builder().create_with_backend(InMemoryBackend::new()),
        };
        let store = Self {
            database: database.map_err(|error| failed(error.into()))?,
        };
        store.prepare().map_err(failed)?;
        Ok(store)
    }

    /// Makes the table, so that readers need not ask whether it is there.
    fn prepare(&self) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        transaction.open_table(KEYS)?;
        Ok(transaction.commit()?)
    }

    /// Stores what `make` makes for a new id.
    pub(crate) fn create(&self, make: impl FnOnce(String) -> StoredKey) -> Result<StoredKey, ApiError> {
        let transaction = self.database.begin_write()?;
        let key = {
            let mut table = transaction.open_table(KEYS)?;
            let last = table.last()?.and_then(|(id, _)| number_of(id.value()));
            let key = make(new_id(last.unwrap_or(0) + 1));
            table.insert(key.id.as_str(), encode(&key)?.as_slice())?;
            key
        };
        transaction.commit()?;
        Ok(key)
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<StoredKey>, ApiError> {
        let table = self.database.begin_read()?.open_table(KEYS)?;
        table.get(id)?.map(|value| decode(value.value())).transpose()
    }

    /// Changes a key in one step; nothing is stored when `change` refuses.
    pub(crate) fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut StoredKey) -> Result<(), ApiError>,
    ) -> Result<StoredKey, ApiError> {
        let transaction = self.database.begin_write()?;
        let key = {
            let mut table = transaction.open_table(KEYS)?;
            let mut key = table
                .get(id)?
                .map(|value| decode(value.value()))
                .transpose()?
                .ok_or_else(|| ApiError::no_key(id))?;
            change(&mut key)?;
            table.insert(id, encode(&key)?.as_slice())?;
            key
        };
        transaction.commit()?;
        Ok(key)
    }

    /// Deletes those of these keys that exist and says how many did.
    pub(crate) fn delete(&self, ids: &[String]) -> Result<usize, ApiError> {
        let transaction = self.database.begin_write()?;
        let mut deleted = 0;
        {
            let mut table = transaction.open_table(KEYS)?;
            for id in ids {
                deleted += usize::from(table.remove(id.as_str())?.is_some());
            }
        }
        transaction.commit()?;
        Ok(deleted)
    }

    /// All keys, oldest first.
    pub(crate) fn list(&self) -> Result<Vec<StoredKey>, ApiError> {
        let table = self.database.begin_read()?.open_table(KEYS)?;
        table.iter()?.map(|entry| decode(entry?.1.value())).collect()
    }

    pub(crate) fn find_by_digest(&self, digest: &Digest) -> Result<Option<StoredKey>, ApiError> {
        Ok(self.list()?.into_iter().find(|key| key.digest == *digest))
    }

    pub(crate) fn clear(&self) -> Result<(), ApiError> {
        let transaction = self.database.begin_write()?;
        transaction.open_table(KEYS)?.retain(|_, _| false)?;
        Ok(transaction.commit()?)
    }
}

fn encode(key: &StoredKey) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(key).map_err(|error| ApiError::internal(&error))
}

fn decode(bytes: &[u8]) -> Result<StoredKey, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| ApiError::internal(&error))
}
