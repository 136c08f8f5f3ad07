//! What a key goes through when all is well, and what the service refuses.

use std::collections::BTreeSet;

use descope_client::{
    Client, Deletion, Effect, Error, KeyId, ProjectRoles, STATUS_ACTIVE, STATUS_INACTIVE, TagRoles, Timings,
};
use descope_sandbox::{Config, Sandbox};
use secrecy::ExposeSecret;

use crate::support::{Scene, company_key, hurried};

#[tokio::test]
async fn a_key_is_made_read_changed_and_deleted() {
    let scene = Scene::new().await;
    let mut key = company_key("ci");
    key.description = "deploys".into();
    key.expire_time = 2_147_483_647;
    key.permitted_ips = vec!["10.0.0.9".into(), "10.0.0.0/24".into(), "10.0.0.1".into()];

    let created = scene.client.create(&key).await.unwrap();
    let cleartext = created.cleartext.unwrap();
    assert!(cleartext.expose_secret().starts_with("K2") && cleartext.expose_secret().len() >= 42);
    assert_eq!(created.document.as_ref(), Some(&key));
    assert_eq!(scene.client.read(&created.id).await, Ok(Some(key.clone())));

    let changed = descope_client::KeyDocument {
        name: "ci-2".into(),
        description: String::new(),
        status: STATUS_INACTIVE.into(),
        permitted_ips: vec!["10.0.0.1".into(), "10.0.0.9".into()],
        ..key
    };
    assert_eq!(
        scene.client.update(&created.id, &changed).await,
        Ok(changed.clone())
    );
    let listed = scene.client.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0].id, &listed[0].document), (&created.id, &changed));
    assert!(listed[0].created_time > 1_700_000_000);

    assert_eq!(scene.client.delete(&created.id).await, Ok(Deletion::Deleted));
    assert_eq!(scene.client.delete(&created.id).await, Ok(Deletion::AlreadyGone));
    assert_eq!(scene.client.read(&created.id).await, Ok(None));
    assert!(matches!(
        scene.client.update(&created.id, &changed).await,
        Err(Error::NotFound(_))
    ));
    scene.sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn project_and_tag_grants_come_back_as_sent() {
    let scene = Scene::new().await;
    let set = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect::<BTreeSet<_>>();
    let mut key = company_key("scoped");
    key.re_bac.company_roles.clear();
    key.re_bac.project_roles = vec![
        ProjectRoles {
            project_ids: set(&["P2", "P1"]),
            roles: set(&["project-full-access"]),
        },
        ProjectRoles {
            project_ids: set(&["P0"]),
            roles: set(&["b", "a"]),
        },
    ];
    key.re_bac.tag_roles = vec![TagRoles {
        tags: set(&["prod"]),
        roles: set(&["tag-infra-read-write"]),
    }];
    let created = scene.client.create(&key).await.unwrap();
    assert_eq!(scene.client.read(&created.id).await, Ok(Some(key)));
}

#[tokio::test]
async fn other_grants_and_another_expiry_are_refused() {
    let scene = Scene::new().await;
    let key = company_key("ci");
    let id = scene.client.create(&key).await.unwrap().id;
    let mut other_grants = key.clone();
    other_grants.re_bac.company_roles.insert("another".into());
    let mut other_expiry = key.clone();
    other_expiry.expire_time = 2_000_000_000;
    for (changed, place) in [(other_grants, "/data/reBac"), (other_expiry, "/data/expireTime")] {
        let error = scene.client.update(&id, &changed).await.unwrap_err();
        let refusal = error.refusal().unwrap();
        assert!(
            refusal.is_validation() && refusal.message.contains(place),
            "{refusal}"
        );
        assert_eq!(error.effect(), Effect::None);
    }
    assert_eq!(scene.client.read(&id).await, Ok(Some(key)));
}

#[tokio::test]
async fn refusals_tell_the_place_and_make_no_key() {
    let scene = Scene::new().await;
    let mut no_network = company_key("ci");
    no_network.permitted_ips = vec!["10.0.0.1".into(), "ten".into()];
    let mut inactive = company_key("ci");
    inactive.status = STATUS_INACTIVE.into();
    let mut too_late = company_key("ci");
    too_late.expire_time = 2_147_483_648;
    for (key, place) in [
        (no_network, "/data/permittedIps/1"),
        (inactive, "/data/status"),
        (too_late, "/data/expireTime"),
        (company_key(""), "/data/name"),
    ] {
        let error = scene.client.create(&key).await.unwrap_err();
        let Error::Refused(refusal) = &error else {
            panic!("{error:?}")
        };
        assert_eq!((refusal.status, refusal.code.as_str()), (400, "E113007"));
        assert!(refusal.message.contains(place), "{refusal}");
        assert_eq!(error.effect(), Effect::None);
    }
    assert_eq!(scene.names().await, Vec::<String>::new());
}

#[tokio::test]
async fn callers_that_may_not_call_are_told_why() {
    let scene = Scene::new().await;
    let as_caller = |secret: &str| {
        Client::builder(secret.into())
            .base_url(scene.sandbox.base_url())
            .timer(scene.timer.clone())
            .build()
            .unwrap()
    };
    let stranger = as_caller("K2stranger");
    let error = stranger.list().await.unwrap_err();
    assert!(
        matches!(&error, Error::Unauthorized(refusal) if refusal.status == 401),
        "{error:?}"
    );

    // A key made here may call, until it disables itself.
    let mut key = company_key("caller");
    let created = scene.client.create(&key).await.unwrap();
    let caller = as_caller(created.cleartext.unwrap().expose_secret());
    assert_eq!(caller.list().await.map(|keys| keys.len()), Ok(1));
    key.status = STATUS_INACTIVE.into();
    caller.update(&created.id, &key).await.unwrap();
    assert!(matches!(caller.list().await, Err(Error::Unauthorized(_))));
    key.status = STATUS_ACTIVE.into();
    key.permitted_ips = vec!["192.0.2.0/24".into()];
    scene.client.update(&created.id, &key).await.unwrap();
    assert!(matches!(caller.list().await, Err(Error::Unauthorized(_))));

    // Without a company role it may not manage keys, which is told after the pauses for permissions that spread.
    let mut scoped = company_key("scoped");
    scoped.re_bac.company_roles.clear();
    scoped.re_bac.tag_roles = vec![TagRoles {
        tags: ["t".into()].into(),
        roles: ["r".into()].into(),
    }];
    let created = scene.client.create(&scoped).await.unwrap();
    let caller = as_caller(created.cleartext.unwrap().expose_secret());
    assert!(matches!(caller.list().await, Err(Error::Forbidden(_))));
}

#[tokio::test]
async fn keys_and_their_secrets_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        Sandbox::start(Config {
            state: Some(folder.path().join("keys")),
            ..Config::default()
        })
    };
    let first = start().await.unwrap();
    let key = company_key("ci");
    let created = hurried(&first.base_url(), Timings::default())
        .create(&key)
        .await
        .unwrap();
    first.stop().await.unwrap();

    let second = start().await.unwrap();
    let secret = created.cleartext.unwrap();
    let caller = Client::builder(secret.clone())
        .base_url(second.base_url())
        .build()
        .unwrap();
    assert_eq!(caller.read(&created.id).await, Ok(Some(key)));
    second.stop().await.unwrap();
    let stored = std::fs::read(folder.path().join("keys")).unwrap();
    let secret = secret.expose_secret().as_bytes();
    assert!(!stored.windows(secret.len()).any(|part| part == secret));
}

#[tokio::test]
async fn an_id_is_sent_as_it_is() {
    let scene = Scene::new().await;
    let id = KeyId::new("a&id=b c/ü").unwrap();
    assert_eq!(scene.client.read(&id).await, Ok(None));
    assert_eq!(scene.sandbox.requests()[0].id.as_deref(), Some(id.as_str()));
}
