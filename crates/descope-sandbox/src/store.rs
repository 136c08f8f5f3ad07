//! Where keys are kept: an embedded database and nothing beside it, so that memory does not grow with the keys.
//! Writes go through one thread, which stores all that wait for it in one durable transaction and lets them be
//! answered only then.
//!
//! One transaction for many writes is what makes them cheap: the disk is waited for once for all of them.

use std::io;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use redb::backends::FileBackend;
use redb::{
    Database, ReadOnlyTable, ReadableDatabase, ReadableTable, ReadableTableMetadata, StorageBackend, Table,
    TableDefinition,
};
use tokio::sync::oneshot;

use crate::error::{ApiError, Error};
use crate::event::{Event, Events, KeyChange};
use crate::key::{Digest, StoredKey, new_id, number_of};

type Id = &'static str;
/// JSON: a format that a later version can still read.
type Document = &'static [u8];
type DigestBytes = [u8; 32];

/// The keys. Their ids sort by age.
const KEYS: TableDefinition<Id, Document> = TableDefinition::new("management_keys");

/// Which key has the secret of that digest.
const DIGESTS: TableDefinition<DigestBytes, Id> = TableDefinition::new("digests");

/// The system keeps the file's pages in its own memory anyhow.
const CACHE_BYTES: usize = 2 * 1024 * 1024;

/// Enough to share one wait for the disk among many, and little enough to answer soon.
const MOST_AT_ONCE: usize = 512;

/// A write; it says what to do once it is known whether it was stored.
type Job = Box<dyn FnOnce(&mut Changes<'_>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), ApiError>) + Send>;

pub(crate) struct Store {
    database: Arc<Database>,
    /// Taken to end the writer.
    jobs: Option<Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

impl Store {
    /// Opens the file, making it if there is none. Without one, the keys are kept for as long as this value is.
    pub(crate) fn open(file: Option<&Path>, events: Events) -> Result<Self, Error> {
        let opened = match file {
            Some(path) => open(path),
            None => open_temporary(),
        };
        let (database, last_number) = opened.map_err(|source| Error::State {
            path: file.map_or_else(std::env::temp_dir, Path::to_owned),
            source: Box::new(source),
        })?;
        let database = Arc::new(database);
        let (sender, jobs) = mpsc::channel();
        let writer = Writer {
            database: Arc::clone(&database),
            last_number,
            events,
        };
        let writer = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run(&jobs))
            .map_err(Error::Thread)?;
        Ok(Self {
            database,
            jobs: Some(sender),
            writer: Some(writer),
        })
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<StoredKey>, ApiError> {
        Ok(self.read(|keys, _| find(keys, id))?)
    }

    pub(crate) fn find_by_digest(&self, digest: &Digest) -> Result<Option<StoredKey>, ApiError> {
        Ok(self.read(|keys, digests| match digests.get(digest.bytes())? {
            Some(id) => find(keys, id.value()),
            None => Ok(None),
        })?)
    }

    /// Up to so many keys after the one of that id, oldest first.
    pub(crate) fn page(&self, after: &str, size: usize) -> Result<Vec<StoredKey>, ApiError> {
        Ok(self.read(|keys, _| {
            let rest = keys.range::<&str>((Bound::Excluded(after), Bound::Unbounded))?;
            rest.take(size).map(|entry| decode(entry?.1.value())).collect()
        })?)
    }

    /// The newest so many keys, oldest of them first, and how many there are in all.
    pub(crate) fn newest(&self, size: usize) -> Result<(Vec<StoredKey>, u64), ApiError> {
        Ok(self.read(|keys, _| {
            let newest = keys.iter()?.rev().take(size);
            let mut newest = newest
                .map(|entry| decode(entry?.1.value()))
                .collect::<Result<Vec<_>, redb::Error>>()?;
            newest.reverse();
            Ok((newest, keys.len()?))
        })?)
    }

    fn read<T>(
        &self,
        read: impl FnOnce(&ReadOnlyTable<Id, Document>, &ReadOnlyTable<DigestBytes, Id>) -> Result<T, redb::Error>,
    ) -> Result<T, redb::Error> {
        let transaction = self.database.begin_read()?;
        read(&transaction.open_table(KEYS)?, &transaction.open_table(DIGESTS)?)
    }

    /// Carries out a write in one step with others, and returns when it is stored for good. A job that refuses
    /// must do so before its first change.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Changes<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |changes| {
            let done = job(changes);
            Box::new(move |stored| {
                // Nobody waits any more when the runtime ends.
                let _ = reply.send(done.and_then(|value| stored.map(|()| value)));
            })
        });
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        match answer.await {
            Ok(answer) if sent => answer,
            _ => Err(ApiError::internal(&std::io::Error::other(
                "the store cannot write",
            ))),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take() {
            // It ends when all is written. That it panicked was told when it did.
            let _ = writer.join();
        }
    }
}

/// The writes of one transaction; each sees what those before it did.
pub(crate) struct Changes<'a> {
    keys: Table<'a, Id, Document>,
    digests: Table<'a, DigestBytes, Id>,
    last_number: &'a mut u64,
    is_changed: bool,
    happened: Vec<Event>,
}

impl Changes<'_> {
    /// The id for a new key.
    pub(crate) fn new_id(&mut self) -> String {
        *self.last_number += 1;
        new_id(*self.last_number)
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<StoredKey>, ApiError> {
        Ok(find(&self.keys, id)?)
    }

    /// Stores a new key.
    pub(crate) fn create(&mut self, key: &StoredKey) -> Result<(), ApiError> {
        let id = key.id.as_str();
        self.digests
            .insert(key.digest.bytes(), id)
            .map_err(redb::Error::from)?;
        self.put(key, KeyChange::Created)
    }

    /// Stores a key whose secret is the same as before.
    pub(crate) fn update(&mut self, key: &StoredKey) -> Result<(), ApiError> {
        self.put(key, KeyChange::Updated)
    }

    fn put(&mut self, key: &StoredKey, change: KeyChange) -> Result<(), ApiError> {
        let document = serde_json::to_vec(key).map_err(|error| ApiError::internal(&error))?;
        self.keys
            .insert(key.id.as_str(), document.as_slice())
            .map_err(redb::Error::from)?;
        self.changed(&key.id, change);
        Ok(())
    }

    /// Deletes a key and says whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> Result<bool, ApiError> {
        let Some(key) = self.get(id)? else {
            return Ok(false);
        };
        self.keys.remove(id).map_err(redb::Error::from)?;
        self.digests
            .remove(key.digest.bytes())
            .map_err(redb::Error::from)?;
        self.changed(id, KeyChange::Deleted);
        Ok(true)
    }

    /// Whether another key than this one has that name. It looks at every key.
    pub(crate) fn has_other_named(&self, name: &str, id: &str) -> Result<bool, ApiError> {
        for entry in self.keys.iter().map_err(redb::Error::from)? {
            let key = decode(entry.map_err(redb::Error::from)?.1.value())?;
            if key.name == name && key.id != id {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Deletes all keys.
    pub(crate) fn clear(&mut self) -> Result<(), ApiError> {
        self.is_changed = true;
        self.keys.retain(|_, _| false).map_err(redb::Error::from)?;
        self.digests.retain(|_, _| false).map_err(redb::Error::from)?;
        Ok(())
    }

    /// Lets go of the transaction, and tells whether there is anything in it and what happened.
    fn end(self) -> (bool, Vec<Event>) {
        (self.is_changed, self.happened)
    }

    fn changed(&mut self, id: &str, change: KeyChange) {
        self.is_changed = true;
        let id = id.to_owned();
        self.happened.push(Event::Key { id, change });
    }
}

/// The one that writes.
struct Writer {
    database: Arc<Database>,
    last_number: u64,
    events: Events,
}

impl Writer {
    /// Writes what comes until nobody can send any more.
    fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let waiting = std::iter::once(first).chain(jobs.try_iter()).take(MOST_AT_ONCE);
            // Jobs that cannot be done are dropped, which tells those that wait for them.
            let (answers, stored) = self.write(waiting).unwrap_or((Vec::new(), Ok(())));
            for answer in answers {
                answer(stored.clone());
            }
        }
    }

    fn write(
        &mut self,
        jobs: impl Iterator<Item = Job>,
    ) -> Result<(Vec<Answer>, Result<(), ApiError>), redb::Error> {
        let transaction = self.database.begin_write()?;
        let mut changes = Changes {
            keys: transaction.open_table(KEYS)?,
            digests: transaction.open_table(DIGESTS)?,
            last_number: &mut self.last_number,
            is_changed: false,
            happened: Vec::new(),
        };
        let answers = jobs.map(|job| job(&mut changes)).collect();
        let (is_changed, happened) = changes.end();
        if !is_changed {
            transaction.abort()?;
            return Ok((answers, Ok(())));
        }
        if let Err(error) = transaction.commit() {
            return Ok((answers, Err(redb::Error::from(error).into())));
        }
        for event in happened {
            self.events.tell(|| event);
        }
        Ok((answers, Ok(())))
    }
}

/// Opens the file for good, and tells the number of its newest key.
fn open(path: &Path) -> Result<(Database, u64), redb::Error> {
    let database = Database::builder().set_cache_size(CACHE_BYTES).create(path)?;
    prepare(database)
}

/// Makes a nameless file, which goes with the process however that ends.
fn open_temporary() -> Result<(Database, u64), redb::Error> {
    let file = Unsynced(FileBackend::new(tempfile::tempfile()?)?);
    let database = Database::builder()
        .set_cache_size(CACHE_BYTES)
        .create_with_backend(file)?;
    prepare(database)
}

/// Makes the tables if there are none, and finds the number of the newest key.
fn prepare(database: Database) -> Result<(Database, u64), redb::Error> {
    let transaction = database.begin_write()?;
    let newest = {
        transaction.open_table(DIGESTS)?;
        let keys = transaction.open_table(KEYS)?;
        keys.last()?.map(|(id, _)| id.value().to_owned())
    };
    transaction.commit()?;
    let number = newest.map_or(Some(0), |id| number_of(&id));
    let number =
        number.ok_or_else(|| redb::Error::Corrupted("the newest key has a foreign id".to_owned()))?;
    Ok((database, number))
}

fn find(keys: &impl ReadableTable<Id, Document>, id: &str) -> Result<Option<StoredKey>, redb::Error> {
    let document = keys.get(id)?;
    document.map(|document| decode(document.value())).transpose()
}

fn decode(document: &[u8]) -> Result<StoredKey, redb::Error> {
    serde_json::from_slice(document)
        .map_err(|error| redb::Error::Corrupted(format!("a key cannot be read: {error}")))
}

/// A file that nobody reads after a crash, so the disk need not be waited for.
#[derive(Debug)]
struct Unsynced(FileBackend);

impl StorageBackend for Unsynced {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(id: &str, name: &str) -> StoredKey {
        serde_json::from_value(json!({
            "id": id, "name": name, "description": "d", "status": "active", "created_time": 1, "expire_time": 2,
            "permitted_ips": ["10.0.0.1"], "digest": "ab".repeat(32), "re_bac": {
                "companyRoles": ["c"], "projectRoles": [{"projectIds": ["p"], "roles": ["r"]}], "tagRoles": [{"tags": ["t"], "roles": ["s"]}],
            },
        }))
        .unwrap()
    }

    #[tokio::test]
    async fn jobs_see_what_those_before_them_did_and_readers_what_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        let store = Store::open(Some(&file), Events::default()).unwrap();
        let (first, second) = ("MK00000001x", "MK00000002x");
        store
            .write(move |keys| {
                keys.create(&key(first, "n"))?;
                assert!(keys.has_other_named("n", second)?);
                assert!(!keys.has_other_named("n", first)?);
                keys.create(&key(second, "m"))?;
                assert!(keys.remove(first)? && !keys.remove(first)?);
                assert_eq!(keys.get(first)?, None);
                Ok(())
            })
            .await
            .unwrap();
        drop(store);
        let store = Store::open(Some(&file), Events::default()).unwrap();
        assert_eq!(store.get(first).unwrap(), None);
        assert_eq!(store.get(second).unwrap(), Some(key(second, "m")));
        assert_eq!(
            store.get("MK00000002y").unwrap(),
            None,
            "another sandbox's key of that number"
        );
        let cleared = store.write(|keys| {
            keys.clear()?;
            Ok(keys.get(second)?.is_none() && !keys.has_other_named("m", "")?)
        });
        assert!(cleared.await.unwrap());
        assert_eq!(store.find_by_digest(&key(second, "m").digest).unwrap(), None);
    }
}
