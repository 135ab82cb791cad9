using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Contracts;
using Millrace.Tests.Servers;
using static Millrace.Tests.Sessions.Conversation;

namespace Millrace.Tests.Sessions;

/// <summary>Sessions from services without this project's client library.</summary>
[Collection(SessionFleet.Name)]
[Integration]
public sealed class ForeignAskerTests(SessionFleet given)
{
    private const string Script =
        """
        import json, os, sys, uuid, pika

        connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
        channel = connection.channel()
        channel.confirm_delivery()
        inbox = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(inbox, "millrace.events", "session.python.#")

        def ask(**request):
            request.update(requestId=str(uuid.uuid4()), channel="python")
            channel.basic_publish("Millrace.Contracts:SessionRequested", "", json.dumps(request).encode(), mandatory=True)
            for _, _, body in channel.consume(inbox, auto_ack=True, inactivity_timeout=180):
                if body is None:
                    sys.exit("no answer")
                answer = json.loads(body)["message"]
                if answer["requestId"] == request["requestId"]:
                    return answer

        session = sys.argv[1]
        ask(operation="create", sessionId=session, systemPrompt="Be brief.", messages=[{"role": "user", "text": " né 🌾 "}])
        ask(operation="append", sessionId=session, messages=[{"role": "assistant", "text": "a1"}])
        print(json.dumps(ask(operation="read", sessionId=session)))
        print(json.dumps(ask(operation="append", sessionId=str(uuid.uuid4()), messages=[{"role": "user", "text": "x"}])))
        """;

    [Fact]
    public async Task A_Python_program_with_nothing_but_pika_makes_reads_and_changes_a_session()
    {
        var (session, python) = (Guid.CreateVersion7(), File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3");

        var ran = await CommandLineProcess.RunAsync(
            [python, "-c", Script, $"{session}"], new Dictionary<string, string?> { ["AMQP_URL"] = given.Fleet.RabbitMq, ["PYTHONIOENCODING"] = "utf-8" });

        var answers = ran.OutputOrThrow("python").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<SessionAnswered>(line, ContractsJson.Options)!).ToList();
        Assert.Equal(2L, answers[0].Session!.MessageCount);
        Assert.Equal([Said.User(" né 🌾 "), Said.Assistant("a1")], Said.In(answers[0].Messages!));
        Assert.Equal(SessionProblem.NotFound, answers[1].Problem);
    }

    [Fact]
    public async Task A_default_MassTransit_publisher_and_consumer_need_no_other_setting()
    {
        var inbox = new Inbox();
        using var service = Host.CreateDefaultBuilder().ConfigureServices(services => services
            .AddSingleton(inbox)
            .AddMassTransit(bus =>
            {
                bus.AddConsumer<AnswerConsumer>();
                bus.UsingRabbitMq((context, rabbit) =>
                {
                    rabbit.Host(new Uri(given.Fleet.RabbitMq));
                    rabbit.ConfigureEndpoints(context);
                });
            })
            .AddOptions<MassTransitHostOptions>().Configure(options => options.WaitUntilStarted = true)).Build();
        await service.StartAsync();

        var create = Asked(SessionOperation.Create, Guid.CreateVersion7()) with { Messages = [User("u1")] };
        inbox.Wanted = create.RequestId;
        await service.Services.GetRequiredService<IBus>().Publish(create);

        var answer = await Until.DoneAsync(inbox.Answer.Task);
        Assert.Equal((null, create.SessionId, 1L), (answer.Problem, answer.Session!.SessionId, answer.Session.MessageCount));
        await service.StopAsync();
    }

    public sealed class Inbox
    {
        public Guid Wanted { get; set; }
        public TaskCompletionSource<SessionAnswered> Answer { get; } = new();
    }

    public sealed class AnswerConsumer(Inbox inbox) : IConsumer<SessionAnswered>
    {
        public Task Consume(ConsumeContext<SessionAnswered> context)
        {
            if (context.Message.RequestId == inbox.Wanted) inbox.Answer.TrySetResult(context.Message);
            return Task.CompletedTask;
        }
    }
}
