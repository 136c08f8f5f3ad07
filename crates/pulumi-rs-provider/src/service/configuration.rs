//! The provider's own configuration.

use std::sync::Arc;

use tonic::Status;

use super::decode::{Subject, optional, patterns, required};
use super::{Configured, Service};
use crate::author::Configuration;
use crate::by_schema::decode_config;
use crate::config;
use crate::proto;
use crate::redact::Secrets;
use crate::schema;
use crate::urn::Urn;
use crate::verbs::{CheckConfigRequest, ConfigureRequest, DiffConfigRequest};

impl<G: Configuration> Service<G> {
    pub(super) async fn check_configuration(
        &self,
        request: proto::CheckRequest,
    ) -> Result<proto::CheckResponse, Status> {
        let schema::Package {
            config: schema,
            types,
            ..
        } = &self.shared.provider.package;
        let receive = |properties| config::mark_secrets(schema, config::user_keys(properties));
        let mut news = required(request.news)?;
        let version = news.remove(config::VERSION);
        let new_inputs = receive(news);
        let old_inputs = optional(request.olds)?.map(receive);
        let Subject { urn, name, .. } = Subject::new(request.urn, request.name, request.r#type);

        let secrets = Secrets::default().with(old_inputs.iter().chain([&new_inputs]));
        let call = self.call("check of the configuration", &urn, secrets, 0.0);
        let args = config::typed(schema, types, new_inputs.clone());
        let request = CheckConfigRequest {
            urn,
            name,
            old_inputs,
            new_inputs,
            args,
            schema: Arc::clone(&self.shared.shapes.configuration),
        };
        let (shared, context) = (Arc::clone(&self.shared), call.context.clone());
        let mut reply = call
            .run(async move { shared.provider.configuration.check(request, &context).await })
            .await?;
        if let Some(version) = version {
            reply.inputs.insert(config::VERSION.to_owned(), version);
        }
        call.replies.check(reply)
    }

    pub(super) async fn diff_configuration(
        &self,
        request: proto::DiffRequest,
    ) -> Result<proto::DiffResponse, Status> {
        let schema::Package {
            config: schema,
            types,
            ..
        } = &self.shared.provider.package;
        let receive = |properties| {
            required(properties).map(|properties| {
                config::typed(
                    schema,
                    types,
                    config::mark_secrets(schema, config::user_keys(properties)),
                )
            })
        };
        // Before old inputs were sent, a provider's outputs were its inputs.
        let old_inputs = receive(request.old_inputs.or(request.olds))?;
        let new_inputs = receive(request.news)?;
        let ignore_changes = patterns(&request.ignore_changes)?;
        let Subject { urn, name, .. } = Subject::new(request.urn, request.name, request.r#type);

        let secrets = Secrets::default().with([&old_inputs, &new_inputs]);
        let call = self.call("diff of the configuration", &urn, secrets, 0.0);
        let ignored = ignore_changes.clone();
        let request = DiffConfigRequest {
            urn,
            name,
            old_inputs,
            new_inputs,
            ignore_changes,
            schema: Arc::clone(&self.shared.shapes.configuration),
        };
        let (shared, context) = (Arc::clone(&self.shared), call.context.clone());
        let diff = call
            .run(async move { shared.provider.configuration.diff(request, &context).await })
            .await?;
        call.replies.diff(diff, &ignored)
    }

    pub(super) async fn apply_configuration(
        &self,
        request: proto::ConfigureRequest,
    ) -> Result<proto::ConfigureResponse, Status> {
        let schema::Package {
            config: schema,
            types,
            ..
        } = &self.shared.provider.package;
        let args = match optional(request.args)? {
            Some(args) => args,
            None => config::from_variables(self.package(), request.variables),
        };
        let args = config::typed(
            schema,
            types,
            config::mark_secrets(schema, config::user_keys(args)),
        );

        self.session().renew();
        let secrets = Secrets::default().with([&args]);
        let urn = Urn::new(request.urn.clone().unwrap_or_default());
        let call = self.call("configuration", &urn, secrets.clone(), 0.0);
        let (urn, id) = (request.urn.map(Urn::new), request.id);
        let (shared, context) = (Arc::clone(&self.shared), call.context.clone());
        let value = call
            .run(async move {
                let essential = shared.provider.essential_settings.as_ref();
                let args = decode_config(&shared.shapes.configuration, essential, args)?;
                let request = ConfigureRequest { urn, id, args };
                shared.provider.configuration.configure(request, &context).await
            })
            .await?;
        self.session().configured = Some(Arc::new(Configured { value, secrets }));
        Ok(proto::ConfigureResponse {
            accept_secrets: true,
            supports_preview: true,
            accept_resources: true,
            accept_outputs: true,
            supports_autonaming_configuration: self.shared.provider.autonaming,
        })
    }
}
