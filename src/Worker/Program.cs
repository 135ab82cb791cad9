using Millrace.Worker.Hosting;
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddWorker(builder.Configuration, Connections.From(builder.Configuration)).AddHealth();
var app = builder.Build();
app.MapHealth();
await app.RunAsync();
