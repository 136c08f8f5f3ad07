//! Where keys are kept. Reads come from memory; writes go through one thread, which stores all that wait for it
//! in one durable transaction and lets them be answered only then.
//!
//! One transaction for many writes is what makes them cheap: the disk is waited for once for all of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::thread::{self, JoinHandle};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use tokio::sync::oneshot;

use crate::error::{ApiError, Error};
use crate::event::{Event, Events, KeyChange};
use crate::key::{Digest, StoredKey, new_id, number_of};

/// From id to a JSON document: a format that a later version can still read.
const KEYS: TableDefinition<&str, &[u8]> = TableDefinition::new("management_keys");

/// The keys are in memory already, so the store's own cache may be small.
const CACHE_BYTES: usize = 2 * 1024 * 1024;

/// Enough to share one wait for the disk among many, and little enough to answer soon.
const MOST_AT_ONCE: usize = 512;

/// A write; it says what to do once it is known whether it was stored.
type Job = Box<dyn FnOnce(&mut Changes<'_>) -> Answer + Send>;
type Answer = Box<dyn FnOnce(Result<(), ApiError>) + Send>;

pub(crate) struct Store {
    keys: Arc<RwLock<Keys>>,
    /// Taken to end the writer.
    jobs: Option<Sender<Job>>,
    writer: Option<JoinHandle<()>>,
}

impl Store {
    /// Opens the file, making it if there is none; keeps keys in memory only without one.
    pub(crate) fn open(file: Option<&Path>, events: Events) -> Result<Self, Error> {
        let mut keys = Keys::default();
        let database = match file {
            Some(path) => Some(load(path, &mut keys).map_err(|source| Error::State {
                path: path.to_owned(),
                source: Box::new(source),
            })?),
            None => None,
        };
        let keys = Arc::new(RwLock::new(keys));
        let (sender, jobs) = mpsc::channel();
        let writer = Writer {
            database,
            keys: Arc::clone(&keys),
            events,
        };
        let writer = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer.run(&jobs))
            .map_err(Error::Thread)?;
        Ok(Self {
            keys,
            jobs: Some(sender),
            writer: Some(writer),
        })
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<StoredKey>, ApiError> {
        let found = number_of(id).and_then(|number| self.keys().documents.get(&number).cloned());
        let key = found.map(|document| decode(&document)).transpose()?;
        Ok(key.filter(|key| key.id == id))
    }

    pub(crate) fn find_by_digest(&self, digest: &Digest) -> Result<Option<StoredKey>, ApiError> {
        let keys = self.keys();
        let document = keys
            .by_digest
            .get(digest)
            .and_then(|number| keys.documents.get(number));
        document.map(|document| decode(document)).transpose()
    }

    /// Up to so many keys after the one of that number, oldest first, and the number to go on after.
    pub(crate) fn page(&self, after: u64, size: usize) -> Result<Page, ApiError> {
        let documents: Vec<(u64, Box<[u8]>)> = self
            .keys()
            .documents
            .range(after.saturating_add(1)..)
            .take(size)
            .map(|(number, document)| (*number, document.clone()))
            .collect();
        Ok(Page {
            next: documents
                .last()
                .filter(|_| documents.len() == size)
                .map(|(number, _)| *number),
            keys: documents
                .iter()
                .map(|(_, document)| decode(document))
                .collect::<Result<_, _>>()?,
        })
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
            _ => Err(ApiError::internal(&std::io::Error::other("the store has ended"))),
        }
    }

    fn keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(writer) = self.writer.take() {
            // It closes the file as its last act. That it panicked was told when it did.
            let _ = writer.join();
        }
    }
}

/// Some keys of all.
pub(crate) struct Page {
    pub(crate) keys: Vec<StoredKey>,
    /// After which number the next page begins, if this one is full.
    pub(crate) next: Option<u64>,
}

/// What is stored, as small as it can be while it is quick to find: 100,000 keys are meant to fit in 60 MiB.
#[derive(Default)]
struct Keys {
    /// The keys by the number in their id, see [`compact`].
    documents: BTreeMap<u64, Box<[u8]>>,
    by_digest: BTreeMap<Digest, u64>,
}

impl Keys {
    fn put(&mut self, number: u64, key: &StoredKey) -> Result<(), ApiError> {
        self.documents.insert(number, compact(key)?);
        self.by_digest.insert(key.digest, number);
        Ok(())
    }

    fn remove(&mut self, number: u64) -> Result<(), ApiError> {
        if let Some(document) = self.documents.remove(&number) {
            self.by_digest.remove(&decode(&document)?.digest);
        }
        Ok(())
    }
}

/// By number: the id, and the key unless it is deleted.
type Staged = BTreeMap<u64, (String, Option<StoredKey>)>;

/// The writes of one transaction, over what was stored before it.
pub(crate) struct Changes<'a> {
    stored: &'a Keys,
    /// Whether all of `stored` is deleted.
    cleared: bool,
    staged: Staged,
    last_number: u64,
    happened: Vec<Event>,
}

impl Changes<'_> {
    /// The id for a new key.
    pub(crate) fn new_id(&mut self) -> String {
        self.last_number += 1;
        new_id(self.last_number)
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<StoredKey>, ApiError> {
        let Some(number) = number_of(id) else {
            return Ok(None);
        };
        let key = match self.staged.get(&number) {
            Some((_, staged)) => staged.clone(),
            None if self.cleared => None,
            None => {
                let document = self.stored.documents.get(&number);
                document.map(|document| decode(document)).transpose()?
            }
        };
        Ok(key.filter(|key| key.id == id))
    }

    /// Stores a key that is new or changed.
    pub(crate) fn put(&mut self, key: &StoredKey, change: KeyChange) -> Result<(), ApiError> {
        let number = number_of(&key.id).ok_or_else(|| ApiError::no_key(&key.id))?;
        self.staged.insert(number, (key.id.clone(), Some(key.clone())));
        self.happened.push(Event::Key {
            id: key.id.clone(),
            change,
        });
        Ok(())
    }

    /// Deletes a key and says whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> Result<bool, ApiError> {
        let Some(number) = number_of(id) else {
            return Ok(false);
        };
        if self.get(id)?.is_none() {
            return Ok(false);
        }
        self.staged.insert(number, (id.to_owned(), None));
        self.happened.push(Event::Key {
            id: id.to_owned(),
            change: KeyChange::Deleted,
        });
        Ok(true)
    }

    /// Whether another key than this one has that name. It looks at every key.
    pub(crate) fn has_other_named(&self, name: &str, id: &str) -> Result<bool, ApiError> {
        let is_other = |key: &StoredKey| key.name == name && key.id != id;
        if self
            .staged
            .values()
            .filter_map(|(_, key)| key.as_ref())
            .any(is_other)
        {
            return Ok(true);
        }
        for (number, document) in &self.stored.documents {
            if !self.cleared && !self.staged.contains_key(number) && is_other(&decode(document)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn clear(&mut self) {
        self.cleared = true;
        self.staged.clear();
    }
}

/// The one that writes.
struct Writer {
    database: Option<Database>,
    keys: Arc<RwLock<Keys>>,
    events: Events,
}

impl Writer {
    /// Writes what comes until nobody can send any more.
    fn run(self, jobs: &Receiver<Job>) {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let mut last_number = keys.documents.keys().last().copied().unwrap_or(0);
        drop(keys);
        while let Ok(first) = jobs.recv() {
            let waiting = std::iter::once(first).chain(jobs.try_iter()).take(MOST_AT_ONCE);
            let (answers, stored) = self.write(waiting, &mut last_number);
            for answer in answers {
                answer(stored.clone());
            }
        }
    }

    fn write(
        &self,
        jobs: impl Iterator<Item = Job>,
        last_number: &mut u64,
    ) -> (Vec<Answer>, Result<(), ApiError>) {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let mut changes = Changes {
            stored: &keys,
            cleared: false,
            staged: BTreeMap::new(),
            last_number: *last_number,
            happened: Vec::new(),
        };
        let answers = jobs.map(|job| job(&mut changes)).collect();
        *last_number = changes.last_number;
        let Changes {
            cleared,
            staged,
            happened,
            ..
        } = changes;
        if !cleared && staged.is_empty() {
            return (answers, Ok(()));
        }
        if let Some(database) = &self.database
            && let Err(error) = commit(database, cleared, &staged)
        {
            return (answers, Err(ApiError::internal(&error)));
        }
        drop(keys);
        let stored = self.publish(cleared, staged);
        for event in happened {
            self.events.tell(|| event);
        }
        (answers, stored)
    }

    /// Lets readers see what is stored.
    fn publish(&self, cleared: bool, staged: Staged) -> Result<(), ApiError> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if cleared {
            *keys = Keys::default();
        }
        for (number, (_, key)) in staged {
            match key {
                Some(key) => keys.put(number, &key)?,
                None => keys.remove(number)?,
            }
        }
        Ok(())
    }
}

/// Opens a file and reads its keys.
fn load(path: &Path, keys: &mut Keys) -> Result<Database, redb::Error> {
    let database = Database::builder().set_cache_size(CACHE_BYTES).create(path)?;
    let transaction = database.begin_write()?;
    // Makes the table if there is none.
    transaction.open_table(KEYS)?;
    transaction.commit()?;
    let table = database.begin_read()?.open_table(KEYS)?;
    for entry in table.iter()? {
        let (id, document) = entry?;
        let foreign = || redb::Error::Corrupted(format!("the entry `{}` is not a key", id.value()));
        let number = number_of(id.value()).ok_or_else(foreign)?;
        let key = decode(document.value()).map_err(|_| foreign())?;
        keys.put(number, &key).map_err(|_| foreign())?;
    }
    Ok(database)
}

/// Stores changes for good: it returns when the disk has them.
fn commit(database: &Database, cleared: bool, staged: &Staged) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut table = transaction.open_table(KEYS)?;
        if cleared {
            table.retain(|_, _| false)?;
        }
        for (id, key) in staged.values() {
            match key {
                Some(key) => {
                    let document = serde_json::to_vec(key).map_err(std::io::Error::from)?;
                    table.insert(id.as_str(), document.as_slice())?
                }
                None => table.remove(id.as_str())?,
            };
        }
    }
    Ok(transaction.commit()?)
}

/// A key as it stands in memory: the members of the stored document without their names, which are half of it.
fn compact(key: &StoredKey) -> Result<Box<[u8]>, ApiError> {
    let StoredKey {
        id,
        name,
        description,
        status,
        created_time,
        expire_time,
        permitted_ips,
        re_bac,
        digest,
    } = key;
    let project_roles: Vec<_> = re_bac
        .project_roles
        .iter()
        .map(|grant| (&grant.project_ids, &grant.roles))
        .collect();
    let tag_roles: Vec<_> = re_bac
        .tag_roles
        .iter()
        .map(|grant| (&grant.tags, &grant.roles))
        .collect();
    let re_bac = (&re_bac.company_roles, project_roles, tag_roles);
    let members = (
        id,
        name,
        description,
        status,
        created_time,
        expire_time,
        permitted_ips,
        re_bac,
        digest,
    );
    serde_json::to_vec(&members)
        .map(Vec::into_boxed_slice)
        .map_err(|error| ApiError::internal(&error))
}

/// Reads a key from either form: to serde, a list of members in their order is as good as an object of them.
fn decode(document: &[u8]) -> Result<StoredKey, ApiError> {
    serde_json::from_slice(document).map_err(|error| ApiError::internal(&error))
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

    #[test]
    fn a_key_is_read_from_the_stored_and_the_compact_form() {
        let key = key("MK00000001x", "n");
        let compact = compact(&key).unwrap();
        let stored = serde_json::to_vec(&key).unwrap();
        assert_eq!(decode(&compact).unwrap(), key);
        assert_eq!(decode(&stored).unwrap(), key);
        assert!(
            compact.len() * 3 < stored.len() * 2,
            "{} {}",
            compact.len(),
            stored.len()
        );
    }

    #[tokio::test]
    async fn jobs_see_what_those_before_them_did_and_readers_what_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        let store = Store::open(Some(&file), Events::default()).unwrap();
        let (first, second) = ("MK00000001x", "MK00000002x");
        store
            .write(move |keys| {
                keys.put(&key(first, "n"), KeyChange::Created)?;
                assert!(keys.has_other_named("n", second)?);
                assert!(!keys.has_other_named("n", first)?);
                keys.put(&key(second, "m"), KeyChange::Created)?;
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
            keys.clear();
            Ok(keys.get(second)?.is_none() && !keys.has_other_named("m", "")?)
        });
        assert!(cleared.await.unwrap());
        assert_eq!(store.find_by_digest(&key(second, "m").digest).unwrap(), None);
    }
}
