//! The services beside the provider's own.

use tonic::Code;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::player::Player;

async fn channel(player: &Player) -> Channel {
    let address = format!("http://{}", player.connection.address());
    Channel::from_shared(address).unwrap().connect().await.unwrap()
}

#[tokio::test]
async fn health_is_told_for_the_process_and_the_provider() {
    let player = Player::start().await;
    let mut client = HealthClient::new(channel(&player).await);
    let mut health = async |service: &str| {
        let service = service.to_owned();
        let reply = client.check(HealthCheckRequest { service }).await;
        reply
            .map(|reply| reply.into_inner().status())
            .map_err(|status| status.code())
    };
    assert_eq!(health("").await, Ok(ServingStatus::Serving));
    assert_eq!(
        health("pulumirpc.ResourceProvider").await,
        Ok(ServingStatus::Serving)
    );
    assert_eq!(health("pulumirpc.Engine").await, Err(Code::NotFound));
}

/// What one version of the reflection service says; both have the same messages under different names.
macro_rules! reflection {
    ($version:ident, $player:expr) => {{
        use tonic_reflection::pb::$version::ServerReflectionRequest;
        use tonic_reflection::pb::$version::server_reflection_client::ServerReflectionClient;
        use tonic_reflection::pb::$version::server_reflection_request::MessageRequest;
        use tonic_reflection::pb::$version::server_reflection_response::MessageResponse;

        let mut client = ServerReflectionClient::new(channel($player).await);
        let requests = [
            MessageRequest::ListServices(String::new()),
            MessageRequest::FileContainingSymbol("pulumirpc.ResourceProvider.List".to_owned()),
        ];
        let requests = requests.map(|request| ServerReflectionRequest {
            host: String::new(),
            message_request: Some(request),
        });
        let replies = client.server_reflection_info(tokio_stream::iter(requests)).await;
        let mut replies = replies.unwrap().into_inner();
        let Some(MessageResponse::ListServicesResponse(list)) =
            replies.message().await.unwrap().unwrap().message_response
        else {
            panic!("no list")
        };
        let Some(MessageResponse::FileDescriptorResponse(files)) =
            replies.message().await.unwrap().unwrap().message_response
        else {
            panic!("no file")
        };
        let mut services: Vec<String> = list.service.into_iter().map(|service| service.name).collect();
        services.sort();
        (services, files.file_descriptor_proto.concat())
    }};
}

#[tokio::test]
async fn reflection_describes_what_is_served_and_nothing_else() {
    let player = Player::start().await;
    for (services, file) in [reflection!(v1, &player), reflection!(v1alpha, &player)] {
        let expected = [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "pulumirpc.ResourceProvider",
        ];
        assert_eq!(services, expected);
        let described = String::from_utf8_lossy(&file);
        assert!(described.contains("pulumi/provider.proto") && described.contains("ListRequest"));
    }
}
