//! Section 3: Delete.

use super::super::lab::{ensure, not_applicable, status_of};
use super::{Case, case};
use crate::proto::DeleteRequest;
use crate::value::PropertyMap;
use crate::wire::Struct;

pub(super) fn cases() -> Vec<Case> {
    vec![
        case!("3.delete.gone", "what was deleted is not found any more", |lab| {
            lab.configure().await?;
            let live = lab.make().await?;
            lab.plugin.delete(&lab.target.clone(), &live).await?;
            let known = Some((&live.inputs, &live.outputs));
            let read = lab.plugin.read(&lab.target.clone(), &live.id, known).await?;
            ensure!(read.is_none(), "it is still there");
        }),
        case!(
            "3.delete.twice",
            "what is gone already is as good as deleted",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                lab.plugin.delete(&lab.target.clone(), &live).await?;
                lab.plugin.delete(&lab.target.clone(), &live).await?;
            }
        ),
        case!(
            "3.delete.then-create",
            "what was deleted can be made again",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                lab.plugin.delete(&lab.target.clone(), &live).await?;
                lab.make().await?;
            }
        ),
        case!(
            "3.delete.error-means-exists",
            "an error means that it still exists",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                if lab.subject.world.refuse().await.is_none() {
                    return not_applicable("nothing can be refused");
                }
                status_of(lab.plugin.delete(&lab.target.clone(), &live).await)?;
                lab.subject.world.recover().await;
                let known = Some((&live.inputs, &live.outputs));
                let read = lab.plugin.read(&lab.target.clone(), &live.id, known).await?;
                ensure!(read.is_some(), "it does not");
            }
        ),
        case!("3.delete.without-inputs", "older engines send no inputs", |lab| {
            lab.configure().await?;
            let live = lab.make().await?;
            let request = DeleteRequest {
                id: live.id.clone(),
                urn: lab.target.urn.as_str().to_owned(),
                properties: Some(Struct::encode_properties(&live.outputs)?),
                timeout: 60.0,
                ..Default::default()
            };
            lab.client.delete(request).await?;
        }),
        case!(
            "3.delete.older-state",
            "a state of which an older version wrote less can be deleted",
            |lab| {
                lab.configure().await?;
                let live = lab.make().await?;
                let bare = super::super::super::Live {
                    outputs: PropertyMap::new(),
                    ..live
                };
                lab.plugin.delete(&lab.target.clone(), &bare).await?;
            }
        ),
    ]
}
